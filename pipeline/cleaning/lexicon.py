"""What page furniture says, by label, in a dozen languages: whole lines.

A whole line is compared without case and without punctuation at its ends.
"""

from functools import lru_cache

from pipeline.cleaning.beginnings import beginning_label
from pipeline.model import Label

_LONGEST = 200


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return the line as the tables hold it: no case, no punctuation at the ends, single blanks.

    Empty for a line longer than any in the tables.
    """
    if len(text) > _LONGEST:
        return ""
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return " ".join(text[start:end].casefold().split())


def _lines(text: str) -> frozenset[str]:
    return frozenset(fold(line) for line in text.replace("\n", "|").split("|") if line.strip())


WHOLE_LINES: dict[Label, frozenset[str]] = {
    Label.RELATED: _lines(
        """more coverage|related coverage|also in the news|top picks|you might like|most shared|
        hot topics|
        mehr aus diesem ressort|weitere nachrichten|auch lesenswert|beliebte artikel|
        les plus partagés|nos dernières vidéos|vous aimerez aussi|à découvrir|contenus liés|
        también te puede interesar|noticias recientes|lo más compartido|sobre este tema|
        guarda anche|ultime notizie di|altre notizie|mais notícias|últimas|veja mais|
        assista também|
        lees verder|populair|ook interessant|新着記事|ランキング|注目記事|特集|最新新闻|最新消息|
        热点推荐|猜你喜欢|精彩推荐|編輯推薦|главное|сейчас читают|новости по теме|рекомендуем|
        آخر الأخبار|قد يهمك|قد يعجبك أيضا|اخترنا لك|ताज़ा खबरें|ताजा खबरें|बड़ी खबरें|
        सबसे ज्यादा पढ़ी गई|läs också|läs mer|mest läst|czytaj także|zobacz też|przeczytaj też|
        najczęściej czytane|ilgili haberler|çok okunanlar|관련기사|많이 본 뉴스|인기 기사|
        baca juga|terpopuler|artikel terkait|berita terkait|
        also read|read also|read more|read next|read this next|related|related articles|
        related stories|related news|related topics|related content|related links|more stories|
        more news|more articles|more on this|more on this story|more on this topic|most read|
        most popular|most viewed|most recent|popular|popular now|popular right now|popular posts|
        trending|trending now|trending stories|recommended|recommended for you|
        recommended stories|recommended reading|you may also like|you might also like|
        you may like|up next|next up|next article|previous article|next post|previous post|
        next story|don't miss|don’t miss|editor's picks|editors' picks|editor’s picks|
        editors’ picks|latest news|latest stories|latest articles|latest|top stories|must read|
        must reads|see also|further reading|what to read next|from around the web|
        around the web|in this article|explore more|keep reading|in case you missed it|
        you may also be interested in|more from this author|more from this section|
        lesen sie auch|lies auch|auch interessant|das könnte sie auch interessieren|
        das könnte dich auch interessieren|mehr zum thema|zum thema|weitere artikel|
        weitere themen|meistgelesen|meistgelesene artikel|meist gelesen|ähnliche artikel|
        verwandte artikel|verwandte themen|aktuelle nachrichten|mehr lesen|weiterlesen|
        empfehlungen|das interessiert andere leser|top-themen|
        lire aussi|à lire aussi|a lire aussi|lire la suite|à lire également|sur le même sujet|
        sur le même thème|articles liés|articles similaires|les plus lus|le plus lu|
        à la une|voir aussi|pour aller plus loin|dans la même rubrique|à ne pas manquer|
        lea también|lee también|leer también|leer más|te puede interesar|le puede interesar|
        más información|más noticias|más leídas|lo más leído|lo más visto|noticias relacionadas|
        artículos relacionados|contenido relacionado|temas relacionados|relacionados|
        te recomendamos|últimas noticias|
        leggi anche|leggi di più|potrebbe interessarti|potrebbe interessarti anche|
        articoli correlati|notizie correlate|correlati|i più letti|più letti|ultime notizie|
        per approfondire|dello stesso autore|ti potrebbe interessare|
        leia também|leia mais|veja também|saiba mais|mais lidas|mais lidos|notícias relacionadas|
        artigos relacionados|relacionadas|últimas notícias|continue lendo|recomendados|
        lees ook|lees meer|meer over|meest gelezen|gerelateerd|gerelateerde artikelen|
        meer nieuws|meer lezen|net binnen|aanbevolen|
        関連記事|関連ニュース|あわせて読みたい|合わせて読みたい|おすすめ記事|おすすめ|
        アクセスランキング|人気記事|続きを読む|こんな記事も読まれています|次の記事|前の記事|
        相关新闻|相关阅读|相关文章|延伸阅读|推荐阅读|热门文章|热门新闻|更多新闻|阅读更多|
        相關新聞|相關文章|延伸閱讀|推薦閱讀|熱門文章|更多新聞|閱讀更多|
        читайте также|читать также|читать далее|по теме|материалы по теме|похожие новости|
        другие новости|самое читаемое|популярное|последние новости|смотрите также|
        اقرأ أيضا|اقرأ أيضاً|إقرأ أيضا|اقرأ المزيد|مواضيع ذات صلة|أخبار ذات صلة|الأكثر قراءة|
        مقالات ذات صلة|موضوعات متعلقة|ذات صلة|
        यह भी पढ़ें|ये भी पढ़ें|इसे भी पढ़ें|और पढ़ें|संबंधित खबरें|संबंधित समाचार|ट्रेंडिंग"""
    ),
    Label.SHARE: _lines(
        """share options|share via|post|threads|bluesky|messenger|x|follow topic|following|
        beitrag teilen|auf whatsapp teilen|teilen per e-mail|enregistrer|lire plus tard|écouter|
        compartir esta noticia|comparte|escuchar|condividi questo articolo|ascolta|
        compartilhe esta notícia|compartilhe esta matéria|ouvir|luister|bewaar|記事をシェア|
        保存する|
        朗读|朗讀|分享文章|分享本文|слушать|отправить|отправить другу|استمع|حفظ|सुनें|सेव करें|
        dela|dela artikeln|udostępnij|paylaş|공유|공유하기|bagikan|
        share|share this|share this article|share this story|share this post|share article|
        share on facebook|share on twitter|share on x|share on linkedin|share on whatsapp|
        share via email|share by email|tweet|facebook|twitter|whatsapp|linkedin|pinterest|reddit|
        telegram|instagram|youtube|tiktok|flipboard|copy link|link copied|email|email this|
        print|print this|save|save article|bookmark|bookmark this|follow us|follow|
        follow us on|gift article|gift this article|listen|listen to this article|
        share full article|add us on google|share link|share this page|
        teilen|artikel teilen|auf facebook teilen|auf twitter teilen|per e-mail teilen|drucken|
        merken|vorlesen|link kopieren|folgen sie uns|per mail|e-mail|
        partager|partager sur facebook|partager sur twitter|partager l'article|imprimer|
        envoyer par e-mail|copier le lien|suivez-nous|partager cet article|
        compartir|compartir en facebook|compartir en twitter|compartir en whatsapp|imprimir|
        guardar|enviar por correo|copiar enlace|síguenos|síguenos en|copia enlace|
        condividi|condividi su facebook|stampa|copia link|seguici|seguici su|salva|
        compartilhar|compartilhe|compartilhe no facebook|copiar link|siga-nos|partilhar|
        delen|deel dit artikel|deel artikel|deel via facebook|kopieer link|afdrukken|volg ons|
        シェア|シェアする|ツイート|共有|印刷|保存|ポスト|フォロー|リンクをコピー|ブックマーク|
        分享|分享到|微博|微信|打印|收藏|复制链接|複製連結|列印|关注我们|
        поделиться|поделиться в facebook|вконтакте|одноклассники|распечатать|скопировать ссылку|
        подписывайтесь на нас|
        شارك|شارك المقال|مشاركة|تابعنا|طباعة|نسخ الرابط|انشر|فيسبوك|تويتر|
        शेयर|शेयर करें|साझा करें|फॉलो करें|हमें फॉलो करें|फेसबुक|ट्विटर"""
    ),
    Label.NEWSLETTER: _lines(
        """get the best of our newsletter|newsletter sign-up|free newsletter|morning briefing|
        sign up now|kostenloser newsletter|jetzt anmelden|zur anmeldung|infolettre|
        recevoir la newsletter|je m'inscris|recibe nuestro boletín|suscribirme al boletín|
        ricevi la newsletter|assinar newsletter|receba as notícias|receba a newsletter|
        aanmelden voor de nieuwsbrief|ニュースレター登録|メール登録|邮件订阅|訂閱通訊|
        подписаться на новости|اشترك في النشرة البريدية|न्यूजलेटर के लिए साइन अप करें|nyhetsbrev|
        zapisz się do newslettera|e-bülten|뉴스레터|뉴스레터 구독|
        newsletter|newsletters|sign up|sign up for our newsletter|get our newsletter|
        subscribe to our newsletter|join our newsletter|email address|your email address|
        enter your email|your email|sign up for newsletters|daily newsletter|get the newsletter|
        newsletter abonnieren|zum newsletter|newsletter bestellen|ihre e-mail-adresse|
        s'inscrire à la newsletter|inscrivez-vous à la newsletter|votre adresse e-mail|
        inscription newsletter|s’inscrire|suscríbete a nuestra newsletter|boletín|boletines|
        suscríbete al boletín|tu correo electrónico|iscriviti alla newsletter|
        la tua email|iscriviti|assine nossa newsletter|receba nossa newsletter|seu e-mail|
        nieuwsbrief|schrijf je in|schrijf je in voor onze nieuwsbrief|je e-mailadres|
        メールマガジン|メルマガ登録|メルマガ|ニュースレター|订阅通讯|电子报|訂閱電子報|
        рассылка|подписаться на рассылку|ваш e-mail|النشرة البريدية|اشترك في النشرة|
        न्यूज़लेटर|न्यूजलेटर"""
    ),
    Label.ADVERT: _lines(
        """download our app|download the app|get the app|get our app|available on the app store|
        get it on google play|shop now|buy now|view deal|see deal|check price|see at amazon|
        buy at amazon|view on amazon|affiliate links|
        app herunterladen|jetzt app laden|zum angebot|zum shop|jetzt kaufen|
        télécharger l'application|téléchargez notre application|voir l'offre|acheter|
        descarga la app|descarga nuestra app|descarga nuestra aplicación|ver oferta|comprar|
        scarica l'app|scarica la nostra app|vedi offerta|acquista|
        baixe o app|baixe nosso aplicativo|ver oferta na loja|compre agora|
        download de app|bekijk aanbieding|アプリをダウンロード|アプリで読む|購入する|
        下载客户端|下载app|打开app|下載app|立即购买|скачать приложение|скачайте приложение|
        скачайте наше приложение|купить|حمل التطبيق|حمل تطبيقنا|ऐप डाउनलोड करें|हमारा ऐप डाउनलोड करें|
        advertisement|advertisements|advertising|ad|ads|sponsored|sponsored content|
        promoted|promoted content|paid content|paid post|story continues below advertisement|
        advertisement - story continues below|article continues below|
        article continues after advertisement|continue reading below|
        story continues below|skip advertisement|skip ad|partner content|ad feedback|
        report this ad|remove ads|scroll to continue|scroll to continue with content|
        advertisement. scroll to continue reading|
        anzeige|anzeigen|werbung|bezahlter inhalt|
        publicité|annonce|contenu sponsorisé|la suite après la publicité|
        la suite après cette publicité|
        publicidad|anuncio|anuncios|contenido patrocinado|contenido promocionado|
        pubblicità|annuncio|contenuto sponsorizzato|
        publicidade|anúncio|continua após a publicidade|continua depois da publicidade|
        conteúdo patrocinado|
        advertentie|advertenties|gesponsord|
        広告|スポンサーリンク|スポンサード|pr|广告|廣告|赞助内容|
        реклама|на правах рекламы|إعلان|إعلانات|مساحة إعلانية|विज्ञापन|प्रायोजित"""
    ),
    Label.COMMENTS: _lines(
        """join the debate|read comments|all comments|most liked|top comments|kommentar abgeben|
        alle kommentare|kommentare lesen|lire les commentaires|voir les commentaires|
        réagir à cet article|leer comentarios|escribe un comentario|comenta|leggi i commenti|
        scrivi un commento|ver comentários|escreva um comentário|bekijk reacties|コメント一覧|
        みんなのコメント|查看评论|我要评论|網友評論|написать комментарий|обсудить|عرض التعليقات|
        أضف تعليقك|टिप्पणी लिखें|कमेंट|kommentera|skomentuj|yorumlar|yorum yap|
        댓글|댓글 쓰기|komentar|
        comments|comment|leave a comment|leave a reply|post a comment|add a comment|
        join the conversation|view comments|show comments|load comments|reply|report|
        sort by|newest|oldest|be the first to comment|no comments|no comments yet|
        write a comment|join the discussion|add comment|cancel reply|post comment|
        kommentare|kommentieren|kommentar schreiben|kommentar verfassen|antworten|
        kommentare anzeigen|diskutieren sie mit|
        commentaires|commenter|laisser un commentaire|réagir|répondre|ajouter un commentaire|
        comentarios|comentar|deja un comentario|responder|añadir comentario|ver comentarios|
        commenti|lascia un commento|rispondi|commenta|
        comentários|deixe um comentário|deixe seu comentário|comente|
        reacties|reageer|reageren|plaats een reactie|
        コメント|コメントする|コメントを書く|评论|发表评论|留言|評論|發表評論|全部评论|
        комментарии|оставить комментарий|комментировать|ответить|
        تعليقات|التعليقات|اترك تعليقا|أضف تعليق|أضف تعليقا|टिप्पणियाँ|टिप्पणी करें|कमेंट करें"""
    ),
    Label.LEGAL: _lines(
        """our standards: the thomson reuters trust principles|purchase licensing rights|
        licensing rights|our standards|how we work|ethics policy|editorial guidelines|
        nutzungsrechte erwerben|lizenz erwerben|charte éditoriale|derechos reservados|
        principios editoriales|código ético|licenza|direitos reservados|princípios editoriais|
        disclosure|無断複製・転載を禁じます|©版权所有|法律声明|перепечатка запрещена|
        редакционная политика|حقوق النشر محفوظة|कॉपीराइट|
        privacy policy|privacy|terms of use|terms of service|terms and conditions|terms|
        terms & conditions|cookie policy|cookie settings|cookies|manage cookies|legal notice|
        all rights reserved|do not sell my personal information|accessibility|ad choices|
        corrections|copyright|imprint|disclaimer|accept|accept all|reject all|
        california privacy rights|your privacy choices|reprints & permissions|
        datenschutz|datenschutzerklärung|impressum|agb|nutzungsbedingungen|cookie-einstellungen|
        alle rechte vorbehalten|barrierefreiheit|
        mentions légales|politique de confidentialité|conditions générales|cgu|cgv|
        gestion des cookies|tous droits réservés|données personnelles|
        aviso legal|política de privacidad|política de cookies|condiciones de uso|
        términos y condiciones|todos los derechos reservados|
        note legali|informativa sulla privacy|privacy e cookie|condizioni d'uso|
        tutti i diritti riservati|riproduzione riservata|© riproduzione riservata|
        política de privacidade|termos de uso|todos os direitos reservados|
        privacybeleid|privacyverklaring|algemene voorwaarden|gebruiksvoorwaarden|cookiebeleid|
        alle rechten voorbehouden|
        プライバシーポリシー|利用規約|著作権|無断転載を禁じます|特定商取引法に基づく表記|
        隐私政策|使用条款|版权所有|免责声明|隱私權政策|使用條款|版權所有|
        политика конфиденциальности|пользовательское соглашение|все права защищены|
        правовая информация|سياسة الخصوصية|شروط الاستخدام|جميع الحقوق محفوظة|
        गोपनीयता नीति|नियम और शर्तें|सर्वाधिकार सुरक्षित"""
    ),
    Label.PAYWALL: _lines(
        """maybe later|not now|no thanks|allow ads|nicht jetzt|vielleicht später|
        non merci|plus tard|ahora no|más tarde|agora não|não, obrigado|non ora|no, grazie|
        niet nu|今はしない|以后再说|暂不|не сейчас|ليس الآن|अभी नहीं|subscribe|subscribe now|
        subscribe today|log in|login|sign in|register|
        create account|create a free account|become a member|start free trial|free trial|
        start your free trial|already a subscriber|already a member|already subscribed|
        subscriber only|subscribers only|for subscribers|exclusive for subscribers|
        subscriber exclusive|premium|members only|continue reading|unlock this article|
        choose your plan|cancel anytime|my account|support us|donate|
        jetzt abonnieren|abonnieren|anmelden|einloggen|registrieren|jetzt testen|
        nur für abonnenten|exklusiv für abonnenten|abo|zum abo|
        s'abonner|s’abonner|je m'abonne|je m’abonne|abonnez-vous|se connecter|s'identifier|
        réservé aux abonnés|article réservé aux abonnés|déjà abonné|
        suscríbete|suscribirse|suscribirme|iniciar sesión|inicia sesión|regístrate|
        solo para suscriptores|exclusivo para suscriptores|hazte socio|ya soy suscriptor|
        abbonati|abbonati ora|accedi|registrati|riservato agli abbonati|sei già abbonato|
        assine|assine já|assine agora|entrar|cadastre-se|exclusivo para assinantes|
        já é assinante|fazer login|
        abonneer|abonneren|word abonnee|inloggen|aanmelden|alleen voor abonnees|al abonnee|
        会員登録|ログイン|無料会員登録|有料会員限定|会員限定|有料記事|新規登録|
        登录|注册|订阅|立即订阅|会员专享|登入|註冊|訂閱|立即訂閱|
        войти|подписаться|оформить подписку|регистрация|только для подписчиков|
        اشترك|اشترك الآن|تسجيل الدخول|للمشتركين فقط|إنشاء حساب|
        सदस्यता लें|लॉग इन करें|साइन इन करें|सब्सक्राइब करें|लॉगिन"""
    ),
    Label.MENU: _lines(
        """live|live updates|key events|show key events only|load more|load more updates|show more|
        view more|pinned post|latest updates|
        opens new tab|opens in new tab|opens in a new tab|opens in new window|jump to|
        liveticker|mehr anzeigen|weitere laden|
        en direct|le direct|voir plus|charger plus|
        en vivo|en directo|ver más|cargar más|
        in diretta|diretta|mostra altro|carica altri|
        ao vivo|ver mais|carregar mais|liveblog|toon meer|meer laden|
        ライブ|速報|もっと見る|さらに表示|
        直播|滚动|加载更多|查看更多|要闻|онлайн|прямой эфир|показать ещё|
        показать еще|
        загрузить ещё|مباشر|بث مباشر|المزيد|عرض المزيد|
        लाइव|लाइव अपडेट|और देखें|
        home|menu|search|skip to content|skip to main content|skip to navigation|sections|
        close|open menu|close menu|back to top|about us|about|contact us|contact|sitemap|
        site map|breadcrumb|you are here|navigation|main menu|main navigation|news|world|sport|
        sports|business|opinion|politics|help|careers|archive|archives|tags|topics|categories|
        startseite|menü|suche|zum inhalt springen|kontakt|über uns|schließen|
        accueil|rechercher|recherche|aller au contenu|qui sommes-nous|fermer|nous contacter|
        inicio|buscar|menú|contacto|saltar al contenido|cerrar|quiénes somos|
        cerca|chi siamo|contatti|vai al contenuto|chiudi|
        início|pesquisar|contato|ir para o conteúdo|fechar|quem somos|
        zoeken|zoek|over ons|ga naar inhoud|sluiten|
        ホーム|検索|メニュー|トップ|お問い合わせ|サイトマップ|閉じる|首页|搜索|菜单|关于我们|
        联系我们|首頁|搜尋|選單|關於我們|聯絡我們|
        главная|поиск|меню|контакты|о нас|о проекте|закрыть|
        الرئيسية|بحث|القائمة|اتصل بنا|من نحن|होम|खोजें|मेन्यू|संपर्क करें|हमारे बारे में"""
    ),
}
"""Lines that are furniture wherever they stand alone."""

_LABELS = {line: label for label, known in reversed(WHOLE_LINES.items()) for line in known}
_LONGEST_KNOWN = max(map(len, _LABELS)) + 10
"""Characters of the longest of them, with some punctuation at its ends."""


def whole_label(line: str) -> Label | None:
    """Return what a line is that is furniture wherever it stands alone."""
    return _LABELS.get(fold(line)) if len(line) <= _LONGEST_KNOWN else None


def is_furniture(line: str) -> bool:
    """Tell whether the line is, or begins like, furniture of any kind."""
    return whole_label(line) is not None or beginning_label(line) is not None
