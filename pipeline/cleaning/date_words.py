"""Words of dates in a dozen languages: months, zones, labels, and what fills a line of dates."""

import re

_MONTH_NAMES = """
january jan janvier januar jänner enero ene gennaio gen janeiro januari января янв يناير जनवरी
 ledna stycznia sty ocak oca ianuarie január januára tammikuuta januarie sausio ιανουαρίου січня
february feb février févr fév februar feber febrero febbraio fevereiro fev februari февраля фев
 فبراير फरवरी फ़रवरी února lutego lut şubat şub februarie február helmikuuta febr φεβρουαρίου
 лютого februára febrúar
march mar mars märz mär mrz marzo março maart mrt марта мар مارس मार्च
 března marca mart martie március maaliskuuta marts maret μαρτίου березня
april apr avril avr abril abr aprile апреля апр أبريل ابريل अप्रैल
 dubna kwietnia kwi nisan nis aprilie április huhtikuuta απριλίου квітня apríl
may mai mayo maggio mag maio mei мая مايو मई
 května maja mayıs mája május toukokuuta maj μαΐου травня maí
june jun juin juni junio giugno giu junho июня июн يونيو जून
 června czerwca cze haziran haz iunie június kesäkuuta ιουνίου червня júní
july jul juillet juil juli julio luglio lug julho июля июл يوليو जुलाई
 července lipca lip temmuz tem iulie július heinäkuuta ιουλίου липня júlí
august aug août agosto ago augustus августа авг أغسطس अगस्त
 srpna sierpnia sie ağustos ağu augusztus elokuuta augusti agustus αυγούστου серпня ágúst
september sept sep septembre septiembre settembre set setembro сентября сен سبتمبر सितंबर सितम्बर
 září września wrz eylül eyl septembrie szeptember syyskuuta σεπτεμβρίου вересня
october oct octobre oktober okt octubre ottobre ott outubro out октября окт أكتوبر अक्टूबर
 října października paź ekim eki octombrie október lokakuuta οκτωβρίου жовтня
november nov novembre noviembre novembro ноября ноя نوفمبر नवंबर नवम्बर
 listopadu listopada lis kasım kas noiembrie nóvember marraskuuta νοεμβρίου листопада
december dec décembre déc dezember dez diciembre dic dicembre dezembro декабря дек ديسمبر
 दिसंबर दिसम्बर prosince grudnia gru aralık ara decembrie desember des joulukuuta δεκεμβρίου
 грудня desember
""".replace("\n ", " ")
MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.strip().splitlines(), 1)
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=lambda name: (-len(name), name)))
"""Any name of a month, as an alternation; to be matched without case."""
ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "cet": 60, "cest": 120, "mez": 60, "mesz": 120,
    "eet": 120, "eest": 180, "msk": 180, "мск": 180, "jst": 540, "kst": 540, "hkt": 480, "sgt": 480,
    "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
}  # fmt: skip
"""Minutes east of UTC; names that mean several zones (IST, CST, BST) are left out."""

PUBLISHED = (
    r"(?:first\s+)?(?:published|posted|released|issued|created)|(?:publication\s+)?date|dated|"
    r"publisert|publicerad|publiceret|offentliggjort|opublikowano|publikacja|publikováno|vydáno|"
    r"julkaistu|yayınlanma|yayınlandı|diterbitkan|publicat|birt|"
    r"veröffentlicht|erschienen|erstellt|datum|publié|paru|créé|publicado|publicada|fecha|"
    r"pubblicato|pubblicata|data|gepubliceerd|geplaatst|公開日?|配信|掲載|発行|发布(?:时间|于)?|"
    r"發布|发表于|опубликовано|дата|نشر|نُشر|تاريخ النشر|प्रकाशित|first"
)
UPDATED = (
    r"(?:last\s+)?(?:updated|modified|edited|revised)|(?:zuletzt\s+)?aktualisiert|"
    r"mis(?:e)? à jour|modifié|actualizado|actualizada|aggiornato|atualizado|atualizada|"
    r"oppdatert|uppdaterad|opdateret|aktualizacja|aktualizováno|aktualizované|päivitetty|"
    r"güncelleme|güncellendi|diperbarui|actualizat|uppfært|modifica(?:to)?(?:\s+il)?|"
    r"bijgewerkt|更新日?|最終更新|обновлено|изменено|تحديث|آخر تحديث|अपडेट"
)
FILLER = re.compile(
    rf"(?<!\w)(?:{PUBLISHED}|{UPDATED}|stand|on|at|the|of|um|am|vom|den|uhr|le|à|a|el|las|il|alle|em|"
    r"às|op|om|in|в|de|del|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|"
    r"(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|"
    r"domingo|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabato|domenica|"
    r"(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|maandag|dinsdag|woensdag|donderdag|"
    r"vrijdag|zaterdag|zondag|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|"
    r"[月火水木金土日]曜?日?|星期[一二三四五六日天]|ist|cst|bst|et|ct|pt|local time)(?!\w)",
    re.IGNORECASE,
)
