"""What page furniture says, by label, in a dozen languages: whole lines, and how lines begin.

A whole line is compared without case and without punctuation at its ends. A beginning counts only
for a line that is no sentence, so that a story may begin with the same words.
"""

import re

from pipeline.model import Label

_EDGE = re.compile(r"^[\W_]+|[\W_]+$")


_LONGEST = 200


def fold(text: str) -> str:
    """Return the line as the tables hold it: no case, no punctuation at the ends, single blanks.

    Empty for a line longer than any in the tables.
    """
    if len(text) > _LONGEST:
        return ""
    return " ".join(_EDGE.sub("", text).casefold().split())


def _lines(text: str) -> frozenset[str]:
    return frozenset(fold(line) for line in text.replace("\n", "|").split("|") if line.strip())


WHOLE_LINES: dict[Label, frozenset[str]] = {
    Label.RELATED: _lines(
        """also read|read also|read more|read next|read this next|related|related articles|
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
        """share|share this|share this article|share this story|share this post|share article|
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
        """newsletter|newsletters|sign up|sign up for our newsletter|get our newsletter|
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
        """advertisement|advertisements|advertising|ad|ads|sponsored|sponsored content|
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
        """comments|comment|leave a comment|leave a reply|post a comment|add a comment|
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
        """privacy policy|privacy|terms of use|terms of service|terms and conditions|terms|
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
        """subscribe|subscribe now|subscribe today|log in|login|sign in|register|
        create account|create a free account|become a member|start free trial|free trial|
        start your free trial|already a subscriber|already a member|already subscribed|
        subscriber only|subscribers only|for subscribers|exclusive for subscribers|
        subscriber exclusive|premium|members only|continue reading|unlock this article|
        see plans|view plans|choose your plan|cancel anytime|my account|support us|donate|
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
        """home|menu|search|skip to content|skip to main content|skip to navigation|sections|
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

BEGINNINGS: dict[Label, re.Pattern[str]] = {
    Label.RELATED: re.compile(
        r"(?:also read|read also|read more|read next|see also|see more|more from|more in|"
        r"more stories|more news|more articles|read:|watch:|watch also|related:|related stor|"
        r"recommended:|don.t miss|click here to read|keep reading|you may also|top stories|"
        r"lesen sie (?:auch|hier)|lies auch|mehr zum thema|mehr dazu|auch interessant|siehe auch|"
        r"(?:à )?lire (?:aussi|également|la suite)|voir aussi|sur le même|"
        r"le[ae] (?:también|más)|leer (?:también|más)|te puede interesar|ver también|"
        r"leggi (?:anche|di più)|potrebbe interessar|"
        r"leia (?:também|mais)|veja também|saiba mais|"
        r"lees (?:ook|meer)|bekijk ook|"
        r"【?関連|あわせて読みたい|【?相关(?:阅读|新闻)|延伸阅读|相關新聞|延伸閱讀|"
        r"читайте также|читать также|смотрите также|по теме:|"
        r"اقرأ أيضا|إقرأ أيضا|اقرأ المزيد|"
        r"(?:यह|ये|इसे) भी पढ़ें)(?!\w)",
        re.IGNORECASE,
    ),
    Label.SHARE: re.compile(
        r"(?:share (?:this|on|via|with|by)|follow (?:us|me|\S+ on)|tweet this|print this|"
        r"click to (?:share|email|print)|email (?:this|a link)|copy link|"
        r"(?:auf|per|via) \S+ teilen|folgen sie uns|partager (?:sur|par|cet)|suivez-nous|"
        r"compartir (?:en|por|esta|este)|síguenos|condividi (?:su|via)|seguici su|"
        r"compartilh(?:ar|e) (?:no|na|via|por)|siga-nos|deel (?:dit|via|op)|volg ons|"
        r"поделиться |подписывайтесь|شارك |تابعنا|分享到)",
        re.IGNORECASE,
    ),
    Label.NEWSLETTER: re.compile(
        r"(?:sign up (?:for|to|here)|subscribe to (?:our|the) (?:\w+ ){0,3}newsletters?|"
        r"get (?:our|the) (?:\w+ ){0,4}(?:newsletter|in your inbox|delivered)|"
        r"join (?:our|the) (?:mailing list|newsletter)|enter your e-?mail|"
        r"by (?:signing up|subscribing|clicking)|"
        r"abonnieren sie (?:unseren|den) newsletter|melden sie sich|"
        r"(?:inscrivez-vous|abonnez-vous) à (?:notre|la|nos) (?:newsletter|infolettre)|recevez |"
        r"suscríbe(?:te|ase) a (?:nuestr\w+|la|el) (?:newsletter|boletín)|recibe |"
        r"iscriviti all[ae] (?:nostra )?newsletter|assine (?:a|nossa) newsletter|receba |"
        r"schrijf je in|ontvang |メルマガ|订阅(?:我们|本站)|подпишитесь на (?:нашу )?рассылку)",
        re.IGNORECASE,
    ),
    Label.COMMENTS: re.compile(
        r"(?:\d+ (?:comments?|kommentare?|commentaires?|comentarios?|commenti|reacties)$|"
        r"comments \(?\d+|(?:leave|post|add|write) a (?:comment|reply)|"
        r"(?:log|sign) in to (?:comment|reply|leave)|you must be logged in|"
        r"your email address will not be published|comments are (?:closed|moderated)|"
        r"save my name, email|notify me of)",
        re.IGNORECASE,
    ),
    Label.LEGAL: re.compile(
        r"(?:(?:copyright )?©|\(c\) ?\d{4}|copyright \W?\d{4}|all (?:content|material)s? (?:©|"
        r"copyright)|"
        r"(?:we|this (?:web)?site|our partners) uses? cookies|by (?:using|continuing)|"
        r"this site is protected by recaptcha|"
        r"wir verwenden cookies|nous utilisons des cookies|utilizamos cookies|usamos cookies|"
        r"utilizziamo i? ?cookie|wij gebruiken cookies|мы используем (?:файлы )?cookie|"
        r"materials? may not be published|the views expressed|"
        r"no part of this (?:publication|site)|reproduction (?:is )?prohibited)",
        re.IGNORECASE,
    ),
    Label.ADVERT: re.compile(
        r"(?:advertisement\b|(?:story|article) continues (?:below|after)|sponsored (?:by|content)|"
        r"la suite après (?:la|cette) publicité|continua (?:após|depois d)a publicidade)",
        re.IGNORECASE,
    ),
}
"""How a line begins that is furniture unless it ends as a sentence does."""

_FURNITURE = frozenset().union(*WHOLE_LINES.values())


def is_furniture(line: str) -> bool:
    """Tell whether the line is, or begins like, furniture of any kind."""
    return fold(line) in _FURNITURE or any(p.match(line) for p in BEGINNINGS.values())
