"""How lines begin that are furniture, by label: a line that is a sentence may begin so too.

Each phrase is a pattern whose first two characters stand for themselves (0 for any digit), so
that a line is held only against the few phrases that begin like it.
"""

import re
from functools import cache, lru_cache

from pipeline.model import Label

_PHRASES: dict[Label, str] = {
    Label.RELATED: r"""
        also read, read also, read more, read next, read full, read our, read the latest, read:,
        see also, see more, more from, more in, more on, more stories, more news, more articles,
        more coverage, watch:, watch also, listen:, related:, related stor, related article,
        recommended:, don.t miss, click here to read, keep reading, you may also, you might also,
        top stories, from the archive, explore more, next:, previous:, in pictures:, gallery:
        lesen sie (?:auch|hier|mehr), lies auch, mehr zum thema, mehr dazu, mehr aus,
        auch interessant,
        siehe auch, zum thema:, video:, lesetipp
        lire aussi, lire également, lire la suite, à lire aussi, à lire également, à lire:,
        à lire :,
        voir aussi, sur le même, pour aller plus loin, en images:, retrouvez (?:tous|toutes|notre)
        lea también, lee también, lea más, lee más, leer también, leer más, te puede interesar,
        le puede interesar, ver también, vea también, mira también, más sobre, más información:
        leggi anche, leggi di più, leggi l.articolo, potrebbe interessar, guarda anche, vedi anche,
        leia também, leia mais, veja também, veja mais, saiba mais, assista também, ouça também,
        lees ook, lees meer, lees verder, bekijk ook, meer over,
        läs också, läs även, läs mer, czytaj także, czytaj też, zobacz też, zobacz także,
        przeczytaj też,
        ayrıca bakın, ilgili haber, baca juga, simak juga, 関連記事, 関連：, 【関連,
        あわせて読みたい,
        合わせて読みたい, 続きを読む(?!に), 相关阅读, 相关新闻, 【相关, 延伸阅读, 推荐阅读,
        更多阅读,
        相關新聞,
        延伸閱讀, 推薦閱讀, 관련기사, 관련 기사, 함께 보면,
        читайте также, читать также, читайте по теме, смотрите также, по теме:, подробнее:,
        اقرأ أيضا, إقرأ أيضا, اقرأ المزيد, اقرأ كذلك, شاهد أيضا, للمزيد, طالع أيضا,
        यह भी पढ़ें, ये भी पढ़ें, इसे भी पढ़ें, और पढ़ें, यह भी देखें, ये भी देखें
    """,
    Label.SHARE: r"""
        share (?:this|on|via|with|by), follow (?:us|me|\S+ on), tweet this, print this,
        click to (?:share|email|print), email (?:this|a link), copy link, like us on, find us on,
        add us (?:as|on), join us on, auf \S+ teilen, per \S+ teilen, via \S+ teilen, folgen sie,
        folge uns, teilen sie, diesen artikel teilen, partager (?:sur|par|cet|l), partagez,
        suivez-nous, suivez notre, envoyer (?:par|à un), compartir (?:en|por|esta|este),
        comparte (?:en|esta),
        síguenos, siga (?:a|nuestr\w+) \S+ en, condividi (?:su|via|quest), seguici (?:su|anche),
        segui \S+ su,
        compartilh(?:ar|e) (?:no|na|via|por|est|o), partilhe, siga-nos, siga (?:o|a) \S+ n[oa],
        deel (?:dit|via|op),
        volg ons, dela (?:på|via), följ oss, udostępnij, śledź nas, paylaş, bizi takip, bagikan,
        ikuti kami, シェアする, この記事をシェア, フォローする, 公式\S+をフォロー, 分享到,
        分享至, 关注我们,
        關注我們, 扫码, 페이스북, 공유하기, поделиться, поделитесь, подписывайтесь на наш,
        شارك (?:على|عبر|المقال|هذا), تابعنا, تابعونا, शेयर कर, साझा कर, हमें फॉलो, फॉलो कर
    """,
    Label.NEWSLETTER: r"""
        sign up (?:for|to|here|now), subscribe to (?:our|the) (?:\w+ ){0,3}newsletters?,
        get (?:our|the) (?:\w+ ){0,4}(?:newsletter|in your inbox|delivered|straight to),
        get (?:\w+ ){0,6}(?:in|to) your inbox, receive (?:\w+ ){0,5}(?:inbox|e-?mail),
        join (?:our|the) (?:mailing list|newsletter), enter your e-?mail, your inbox,
        by (?:signing up|subscribing|clicking|providing|submitting), delivered to your inbox,
        want more \S+ news, want (?:\w+ ){1,6}in your inbox,
        stay (?:informed|up to date|in the loop),
        abonnieren sie (?:unseren|den|jetzt), melden sie sich, jetzt (?:\S+ )?newsletter,
        unser newsletter, mit unserem newsletter, inscrivez-vous (?:à|pour),
        abonnez-vous à (?:notre|la|nos), recevez (?:notre|nos|chaque|toute|le|la|l),
        notre newsletter,
        suscríb(?:ete|ase) a (?:nuestr\w+|la|el), recibe (?:nuestr|en tu|cada|las|toda),
        reciba (?:nuestr|en su|cada|las), apúntate (?:a|al), iscriviti (?:alla|alle|ora|qui),
        ricevi (?:la|le|ogni|nella), assine (?:a|nossa) newsletter,
        receba (?:a|as|no|nossa|em|notícias),
        cadastre-se (?:na|para|e receba), inscreva-se, schrijf je in,
        ontvang (?:de|onze|elke|het|dagelijks),
        meld je aan, få (?:vårt|våra|de senaste), prenumerera på (?:vårt|nyhetsbrev), zapisz się,
        otrzymuj, bültenimize, e-bülten, daftar (?:newsletter|buletin), メルマガ,
        ニュースレター, メールで受け取る,
        订阅(?:我们|本站|电子报|通讯), 訂閱(?:電子報|我們), 뉴스레터,
        подпишитесь на (?:нашу |нашей )?(?:рассылк|e-mail),
        получайте, اشترك في (?:نشرت|النشرة|قائمت), احصل على آخر, न्यूज़लेटर, न्यूजलेटर, ताज़ा खबरें पाने
    """,
    Label.COMMENTS: r"""
        0\d* (?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti|reacties)$,
        0\d*\s?(?:件のコメント|条评论|則留言|комментари|تعليق|टिप्पणिय), comments \(?\d+,
        kommentare \(?\d+,
        leave a (?:comment|reply), post a (?:comment|reply), add a (?:comment|reply),
        write a (?:comment|reply), log in to (?:comment|reply|leave|post),
        sign in to (?:comment|reply),
        you must be logged in, your email address will not be published,
        comments are (?:closed|moderated),
        save my name, notify me of, required fields are, what do you think\?, have your say,
        join the (?:conversation|discussion|debate), diskutieren sie,
        schreiben sie einen kommentar,
        kommentar (?:schreiben|verfassen|abgeben), ihre meinung, ihre e-mail-adresse wird nicht,
        um zu kommentieren, laissez un commentaire, laisser un commentaire,
        votre adresse e-mail ne sera,
        réagissez, connectez-vous pour (?:commenter|réagir), deja (?:un|tu) comentario,
        escribe tu comentario,
        tu dirección de correo electrónico no será, inicia sesión para comentar,
        lascia un commento,
        il tuo indirizzo email non sarà, scrivi un commento, deixe (?:um|seu) comentário,
        o seu endereço de e-?mail não será, faça login para comentar, plaats een reactie,
        geef een reactie,
        reageer op, コメントを(?:投稿|書く|残す), コメントする, 发表评论, 發表評論,
        登录后(?:评论|发表), 댓글,
        оставьте комментарий, оставить комментарий, добавить комментарий, ваш адрес email не будет,
        اترك تعليق, أضف تعليق, لن يتم نشر عنوان, शिर्षक टिप्पणी, टिप्पणी (?:करें|लिखें|छोड़ें), अपनी राय
    """,
    Label.LEGAL: r"""
        © ?\d{4}, © \w, c\) ?\d{4}, copyright ©, copyright \W?\d{4},
        all (?:content|material)s? (?:©|copyright),
        all rights reserved, we use cookies, we and our partners, this (?:web)?site uses cookies,
        our partners use cookies,
        by (?:using|continuing to (?:use|browse)|browsing|accepting) (?:this|our|the)
        (?:web)?(?:site|service), this site is protected by recaptcha,
        our standards:, our principles:, read our (?:terms|privacy|code), privacy policy,
        material may not be,
        materials may not be, this material may not, the views expressed, opinions expressed,
        views expressed,
        no part of this (?:publication|site), reproduction (?:is )?prohibited,
        registered (?:office|in england|number),
        this article (?:was|is) (?:originally|first) (?:published|appeared), republished with,
        this content is (?:published|provided), we may earn, we earn,
        this (?:post|page|article) (?:may )?contains?
        (?:\w+ )?affiliate,
        when you (?:buy|purchase) (?:something |a product )?(?:through|via|using),
        if you (?:buy|purchase) (?:something )?through,
        for (?:more )?information on (?:our|reprints), read our ethics, company number,
        regulated by, isin:,
        wir verwenden cookies, diese (?:web)?seite verwendet cookies, alle rechte vorbehalten,
        mit dem klick,
        unsere standards:, nous utilisons des cookies, ce site utilise, tous droits réservés,
        nos standards,
        reproduction interdite, utilizamos cookies, usamos cookies, este sitio (?:web )?utiliza,
        todos los derechos,
        nuestros estándares, prohibida (?:la|su) reproducción, utilizziamo (?:i )?cookie,
        questo sito utilizza,
        tutti i diritti, riproduzione (?:riservata|vietata), este site utiliza, todos os direitos,
        proibida a reprodução, nossos padrões, wij gebruiken cookies,
        deze (?:web)?site gebruikt, alle rechten,
        wszelkie prawa, tüm hakları, hak cipta, 無断(?:転載|複製), 当サイトでは(?:cookie|クッキー),
        版权所有, 版權所有, 未经(?:许可|授权), 未經(?:許可|授權), 免责声明, 本网站使用,
        무단 ?전재, 저작권자,
        мы используем (?:файлы )?cookie, все права защищены,
        при (?:использовании|перепечатке|цитировании),
        наши стандарты:, جميع الحقوق, يستخدم هذا الموقع, معاييرنا, सर्वाधिकार, इस वेबसाइट पर कुकी,
        हम कुकी
    """,
    Label.ADVERT: r"""
        advertisement\b, story continues (?:below|after), article continues (?:below|after),
        sponsored (?:by|content),
        paid (?:for )?by, presented by, in partnership with, download (?:our|the) (?:\w+ )?app,
        get (?:our|the) (?:\w+ )?app, available on (?:the )?(?:app store|google play|ios),
        laden sie (?:unsere|die|jetzt) \S*app, jetzt (?:unsere |die )?\S*app,
        téléchargez (?:notre|l|la), la suite après (?:la|cette) publicité, contenu proposé par,
        descarga (?:la|nuestra) app, descarga (?:la|nuestra) aplicación,
        descargue (?:la|nuestra), contenido patrocinado,
        scarica (?:la nostra|l|la) ?app, contenuto sponsorizzato,
        baixe (?:o|nosso) (?:app|aplicativo),
        continua (?:após|depois d)a publicidade, conteúdo patrocinado, oferecido por,
        download (?:de|onze) \S*app,
        アプリを?(?:ダウンロード|入手), アプリで(?:読|見),
        下载(?:我们的|手机)?(?:应用|app|客户端), 下載app, 打开\S*app,
        скача(?:йте|ть) (?:наше |мобильное )?приложение, на правах рекламы,
        حمل (?:تطبيق|التطبيق), حمّل (?:تطبيق|التطبيق),
        ऐप डाउनलोड, हमारा ऐप, डाउनलोड करें
    """,
    Label.MENU: r"""
        skip to, jump to, go to (?:the )?(?:main|home), back to (?:top|home|all),
        opens (?:in )?(?:a )?new (?:tab|window),
        show (?:more|all|less|key), load more, view all, see all, show comments, page 0 of,
        live:, live updates,
        last updated, min read,
        0\d* min(?:ute)?s?\.? (?:read|lesezeit|de lecture|di lettura|de leitura),
        lesezeit:, zum (?:inhalt|hauptinhalt|seitenanfang), mehr anzeigen, alle anzeigen,
        aller au, voir (?:plus|tous|tout),
        temps de lecture, afficher (?:plus|tous), ir al, ver (?:más|todos|todas),
        tiempo de lectura, mostrar (?:más|todos),
        vai al, mostra (?:tutto|altri|altro), tempo di lettura, ir para, ver (?:mais|tudo),
        tempo de leitura,
        ga naar, toon (?:meer|alle), leestijd, もっと(?:見る|読む), 記事一覧, 一覧を見る,
        查看更多, 加载更多, 更多>>,
        показать (?:ещ|все), время чтения, перейти к, عرض (?:المزيد|الكل), انتقل إلى,
        और (?:देखें|लोड), सभी देखें
    """,
}
_WORD_END = "(?!(?<=[a-zà-ɏа-яё])[a-zà-ɏа-яё])"
"""Where words are spaced and carry no suffixes that matter, a phrase ends with a word."""
_EDGE = " \t([（【*>–—-«»•▶►→|"


def _split(phrases: str) -> list[str]:
    """Return the phrases: they stand between commas or line ends."""
    joined = re.sub(r"contains\?\n\s+", "contains? ", phrases)
    return [p.strip() for p in re.split(r",\s|,$|\n", joined, flags=re.MULTILINE) if p.strip()]


def _start(text: str) -> str:
    folded = text[:2].casefold()
    return "0" if folded[:1].isdigit() else folded


def _table() -> dict[str, dict[Label, list[str]]]:
    """Return the phrases of each label by the two characters with which they begin."""
    table: dict[str, dict[Label, list[str]]] = {}
    for label, phrases in _PHRASES.items():
        for phrase in _split(phrases):
            pattern = rf"\d{phrase[1:]}" if phrase.startswith("0") else phrase
            labels = table.setdefault(_start(phrase.replace("\\", "")), {})
            labels.setdefault(label, []).append(pattern)
    return table


_TABLE = _table()


@cache
def _pattern(start: str) -> re.Pattern[str]:
    """Return the pattern of lines that begin so, a group a label; most are never asked for."""
    phrases = (f"(?P<{k.value}>(?:{'|'.join(own)}){_WORD_END})" for k, own in _TABLE[start].items())
    return re.compile("|".join(phrases), re.IGNORECASE)


@lru_cache(maxsize=8192)
def beginning_label(line: str) -> Label | None:
    """Return what the line begins like, None for most."""
    head = line[:80].lstrip(_EDGE)
    start = _start(head)
    found = _pattern(start).match(head) if start in _TABLE else None
    name = found.lastgroup if found else None
    return Label(name) if name else None
