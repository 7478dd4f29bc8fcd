"""The words of wire marks: how desks of six languages spell that a story was sent anew."""

_CORRECTED = """
CORRECTED, CORR, KORREKTUR, KORRIGIERT, BERICHTIGUNG, BERICHTIGT, RECTIFICATIF, RECTIF, CORRIGÉ,
CORREGIDO, CORREGIDA, CORRECCIÓN, CORRECCION, RECTIFICACIÓN, RECTIFICACION, CORRIGIDO, CORRIGIDA,
CORREÇÃO, CORRECAO, CORRETTO, CORREZIONE, RETTIFICA, ERRATA CORRIGE
"""
_REPEAT = """
RPT, RÉPÉTITION, REPETITION, REPETICIÓN, REPETICION, REPITE, REPETIÇÃO, REPETICAO, RIPETIZIONE,
WDH, WDHLG, WIEDERHOLUNG
"""
_UPDATE = """
AKTUALISIERT, AKTUALISIERUNG, ACTUALISATION, ACTUALISÉ, ACTUALIZACIÓN, ACTUALIZACION, ACTUALIZA,
ACTUALIZADO, ACTUALIZADA, ATUALIZAÇÃO, ATUALIZACAO, ATUALIZA, ATUALIZADO, ATUALIZADA, AGGIORNA,
AGGIORNAMENTO, AGGIORNATO, AMPLIACIÓN, AMPLIACION, AMPL., AMP.
"""
_KILL = """
STORY REMOVED, STORY WITHDRAWN, STORY KILLED, STORY DELETED, MANDATORY KILL, KILL ADVISORY,
RETRACTED, ANNULATION, ANNULÉ, ANULACIÓN, ANULACION, ANULADA, ANULAÇÃO, ANULACAO, ANNULLAMENTO,
ANNULLATA, ZURÜCKGEZOGEN, WIDERRUF
"""
_PLAIN_URGENT = """
URGENT, ALERT, FLASH, BULLETIN, NEWSALERT, BREAKING NEWS, BREAKING, EILMELDUNG, URGENTE,
ÚLTIMA HORA, DERNIÈRE MINUTE, ULTIM'ORA
"""


def _listed(text: str, kind: str) -> dict[str, str]:
    return {word.strip(): kind for word in text.replace("\n", " ").split(",")}


SURE = {
    **_listed(_CORRECTED, "CORRECTED"),
    **_listed(_REPEAT, "REPEAT"),
    **_listed(_UPDATE, "UPDATE"),
    **_listed(_KILL, "KILL"),
    **_listed("REFILE, REFILED", "REFILE"),
    **_listed("WRAPUP", "WRAPUP"),
}
"""Words that a headline begins with only as a mark: a hyphen after them is enough."""
PLAIN = {
    **_listed("UPDATE, UPDATED", "UPDATE"),
    **_listed("CORRECTION, CLARIFICATION", "CORRECTED"),
    **_listed("REPEAT", "REPEAT"),
    **_listed("WITHDRAWN", "KILL"),
    **_listed("ROUNDUP, ZUSAMMENFASSUNG", "WRAPUP"),
    **_listed(_PLAIN_URGENT, "URGENT"),
}
"""Words that begin compounds, too ("URGENT-CARE"): they need a colon or a dash with spaces."""
COLON = {"LEAD": "LEAD", "KILL": "KILL"}
"""Words that only a colon makes a mark."""
NUMBERED = {
    **_listed("UPDATE, UPDATED, PUNTO, AMP., AMPL., AMP", "UPDATE"),
    **_listed("ACTUALIZA, ACTUALISATION, ATUALIZA, AGGIORNA, AKTUALISIERUNG", "UPDATE"),
    **_listed("WRAPUP, ROUNDUP, RESUMEN, RESUMO, ZUSAMMENFASSUNG, SYNTHÈSE", "WRAPUP"),
    **_listed("LEAD", "LEAD"),
    **_listed("WDH", "REPEAT"),
}
"""Words that a number makes a mark: "UPDATE 2-", "PUNTO 1-"."""
ORDERED = (
    *("Zusammenfassung", "ZUSAMMENFASSUNG", "Lead", "LEAD", "Ld", "LD", "Update", "UPDATE"),
    *("ROUNDUP", "AKTUALISIERUNG", "Aktualisierung"),
)
"""Words that stand after an ordinal: "(2nd LD)", "(2. Zusammenfassung)"."""
TITLE_CASE = (
    *("Update", "Updated", "Correction", "Corrected", "Clarification", "Urgent", "Breaking"),
    *("Breaking News", "Eilmeldung", "Korrektur", "Berichtigung", "Rectificatif", "Corrección"),
    *("Actualización", "Urgente", "Correção", "Atualização", "Rettifica", "Aggiornamento"),
    *("Errata corrige", "Aktualisierung", "Actualisation"),
)
"""Those that are also written with one capital, before a colon."""
BRACKETED = (
    *SURE,
    *("UPDATE", "UPDATED", "CORRECTION", "CLARIFICATION", "CORRECT", "REPEAT", "WITHDRAWN"),
    *("ROUNDUP", "ZUSAMMENFASSUNG", "URGENT", "URGENTE", "EILMELDUNG", "LEAD", "KILL"),
    *("Update", "Updated", "Correct", "Corrected", "Correction", "Zusammenfassung", "Wiederholung"),
    *("Aktualisiert", "Aktualisierung", "Korrektur", "Korrigiert", "Berichtigung", "Eilmeldung"),
    *("Actualisation", "Actualisé", "Rectificatif", "Corrigé", "Actualización", "Ampliación"),
    *("Actualizada", "Corrección", "Anulación", "Urgente", "Atualizada", "Atualização"),
    *("Correção", "Aggiornamento", "Rettifica"),
)
"""Those that also stand in brackets, before a headline or behind it."""
KINDS = {**NUMBERED, **COLON, **PLAIN, **SURE, "CORRECT": "CORRECTED", "LD": "LEAD"}

_NOTE_VERBS = {
    "UPDATE": """
adds updates updated updating recasts rewrites releads inserts wraps writes subs incorporates new
neu ergänzt ergänzung aktualisiert aktualisierung durchgehend ajoute actualise actualisé complète
añade agrega actualiza amplía actualizado aggiunge aggiorna acrescenta adiciona atualiza amplia
""",
    "CORRECTED": """
corrects corrected correcting fixes clarifies amends removes deletes korrigiert korrektur
berichtigung berichtigt corrige corrigé rectifie rectifica corregge rettifica retifica
""",
    "REFILE": "refiles refiled refiling resends resending",
    "REPEAT": "repeats repeated repeating wiederholt wiederholung répète repite ripete repete",
}
VERBS = {verb: kind for kind, text in _NOTE_VERBS.items() for verb in text.split()}
"""The words that a desk's note on a revision begins with, in lower case."""
DESK = (
    r"details?|comments?|background|quotes?|analysts?|shares?|prices?|grafs?|grafs|"
    r"para(?:graph)?s?|pars?|headlines?|lead|lede|byline|dateline|slug|typos?|spelling|throughout|"
    r"close|links?|tables?|graphics?|reactions?|context|milestones?|statements?|bullets?|figures?|"
    r"attribution|official|stor(?:y|ies)|version|text|no change|response|official|byte|codes?|"
    r"einzelheiten|hintergrund|absatz|absätzen|zitate?|durchgehend|reaktion(?:en)?|kurse|"
    r"précisions|détails|citations|réactions|contexte|paragraphe|titre|cours|"
    r"detalles|declaraciones|reacciones|contexto|antecedentes|párrafo|titular|"
    r"dettagli|dichiarazioni|reazioni|contesto|paragrafo|titolo|quotazioni|"
    r"detalhes|declarações|reações|parágrafo|título|comentários?|commenti|comentarios|commentaires"
)
"""What such notes speak of."""
PLACES = (
    r"para(?:graph)?s?|grafs?|headline|(?:earlier|previous|original|prior) (?:version|story|"
    r"article|report|headline)|this (?:story|article|report|item)|absatz|(?:früheren|vorherigen|"
    r"ersten) (?:version|fassung|meldung)|paragraphe|version (?:précédente|antérieure)|dépêche|"
    r"párrafo|versión anterior|paragrafo|versione precedente|parágrafo|versão anterior"
)
"""Where in a text a correction says that the fault was."""
