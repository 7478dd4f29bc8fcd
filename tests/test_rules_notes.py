"""House notes: sentences that ask for the outlet's newsletter, app and channels, or tell terms."""

import pytest

from pipeline.cleaning.house_notes import house_note
from pipeline.cleaning.judge import judge
from pipeline.cleaning.rules import DECIDING
from pipeline.cleaning.text import page_from_text
from pipeline.identity import sha256
from pipeline.model import Label, Origin, RawDocument, Ruling
from pipeline.settings import Cleaning

STORY = (
    "The harbour board voted on Tuesday to close the old ferry pier while divers mend its piles.",
    "Commuters who cross the bay will be carried by bus, a journey of forty minutes at busy hours.",
    "The chairwoman, Ines Calder, said that the pier would not have lived through another winter.",
)
NOTES = (
    (Label.NEWSLETTER, "Sign up for our morning briefing: five stories to start with, by e-mail."),
    (Label.NEWSLETTER, "Want more like this? Subscribe to our free weekly newsletter."),
    (Label.NEWSLETTER, "Get the day's top headlines in your inbox. Sign up for our newsletter."),
    (Label.ADVERT, "Download our app to get alerts as this story develops."),
    (Label.ADVERT, "Follow us on Facebook and Instagram for more pictures of the harbour."),
    (Label.NEWSLETTER, "Melden Sie sich für unseren Newsletter an, der jeden Morgen erscheint."),
    (Label.ADVERT, "Folgen Sie uns auf Instagram, um kein Bild zu verpassen."),
    (Label.NEWSLETTER, "Recevez chaque matin notre newsletter et l'essentiel du port."),
    (Label.ADVERT, "Téléchargez notre application pour suivre l'actualité du port."),
    (Label.NEWSLETTER, "Suscríbete a nuestro boletín y recibe cada mañana lo más importante."),
    (Label.ADVERT, "Síguenos en WhatsApp y recibe las noticias al instante."),
    (Label.NEWSLETTER, "Iscriviti alla nostra newsletter per ricevere le notizie del mattino."),
    (Label.ADVERT, "Siga nosso canal no WhatsApp e receba as principais notícias."),
    (Label.NEWSLETTER, "Schrijf je in voor onze nieuwsbrief met het nieuws van de ochtend."),
    (Label.NEWSLETTER, "Zapisz się na nasz newsletter i otrzymuj wiadomości każdego ranka."),
    (Label.ADVERT, "Подписывайтесь на наш канал в Telegram, чтобы не пропустить важное."),
    (Label.NEWSLETTER, "Prenumerera på vårt nyhetsbrev och få nyheterna varje morgon."),
    (Label.NEWSLETTER, "Günün haberleri için bültenimize abone olun."),
    (Label.NEWSLETTER, "اشترك في نشرتنا البريدية لتصلك أهم الأخبار كل صباح."),
    (Label.NEWSLETTER, "毎朝届けるニュースレターに登録してください。"),
    (Label.ADVERT, "关注我们的微信公众号，第一时间获取最新消息。"),
    (Label.NEWSLETTER, "주요 뉴스를 받아보시려면 뉴스레터를 구독하세요."),
    (Label.NEWSLETTER, "ताज़ा खबरों के लिए हमारे न्यूज़लेटर को सब्सक्राइब करें।"),
    (Label.LEGAL, "All rights reserved. This report may not be reproduced without permission."),
    (Label.LEGAL, "This story has not been edited by our desk and comes from a syndicated feed."),
    (Label.RELATED, "Read more stories from the harbour desk and our partners abroad."),
)
"""What each says, and its label."""
STAYS = (
    "Sign up for alerts from the coastguard, the board advises all owners of boats.",
    '"Sign up for our newsletter" is what every site says, and nobody does it.',
    "Our newsletter has lost half of its readers, the board wrote to its members.",
    "Download the form, sign it and bring it to our harbour office by Friday.",
    "Follow the signs to our pier, where the boats leave at noon.",
    "He told us on Facebook that the boat was his.",
    "Get off the app, put the phone away and look at the sea.",
    "Subscribe to the theory of our age and you will not sleep, the poet wrote to a friend.",
    "Suscríbete a todo era el lema de nuestra generación de lectores.",
    "Abonnez-vous, disait le canal, et notre mère refusait.",
    "The board asked readers of its newsletter to answer by e-mail.",
    "Not all rights are reserved to the board, which owns only half of the pier.",
)
"""Sentences of stories in the same words."""


def page_of(line):
    """Return a text page of a story with the line in its midst."""
    data = "\n".join((*STORY[:2], line, *STORY[2:])).encode()
    raw = RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data)
    return page_from_text(raw, Cleaning())


@pytest.mark.parametrize(("label", "line"), NOTES)
def test_a_house_note_leaves_the_story(label, line):
    """A note in the midst of a story goes under its label, whatever its score."""
    page = page_of(line)
    verdicts = judge(page, (0.97,) * 4, DECIDING)
    assert [v.ruling for v in verdicts] == [Ruling.KEEP, Ruling.KEEP, Ruling.CUT, Ruling.KEEP]
    assert verdicts[2].label is label


@pytest.mark.parametrize("line", STAYS)
def test_a_story_in_the_same_words_stays(line):
    """Advice, quotations and reports of such notes are no notes."""
    assert list(house_note(page_of(line))) == []
