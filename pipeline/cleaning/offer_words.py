"""The words of an offer, by language: what the reader is asked to do, and what for.

A wall is made of two of them: an act and its aim ("log in ... to read on"), or this text and for
whom it is kept ("this article ... subscribers only").
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Patterns of one language, without regard to case."""

    act: str
    """What the reader is asked to do."""
    aim: str
    """What for."""
    this: str
    """The text that stands behind the wall."""
    kept: str
    """For whom it is kept."""
    known: str
    """The line for those who have paid already, and the promise that one may leave."""
    door: str
    """Who has paid, or how one gets in. "A subscription" is what a story may list by price."""
    stems: str
    """Pieces of lower-case text, ``_`` for a blank: one stands in each wall and meter."""
    beside: str = ""
    """More of them, of which one stands beside the first in each; nothing where that is no use."""
    end: str = r"(?!\w)"
    edge: str = r"(?<!\w)"
    """What stands behind and before a word; nothing where it is not spaced or carries more."""


WORDS: Mapping[str, Words] = {
    "en": Words(
        act=r"subscrib\w*|sign ?(?:in|up)|log ?in|register\w*|join|become an? (?:\w+ )?"
        r"(?:member|subscriber|supporter)|support us|create an? (?:free )?account|start your|"
        r"upgrade",
        aim=r"(?:continue|keep|finish|go on) reading|read on|unlock|read (?:more|this|the (?:full|"
        r"rest|whole|entire)|all|unlimited)|(?:full|unlimited|complete|instant) access|"
        r"access (?:all|this|the full)|(?:view|see) (?:the )?(?:full|rest)",
        this=r"this (?:article|story|content|post|report|page|piece)|the (?:rest|full (?:story|"
        r"article|text)|remainder)",
        kept=r"(?:for|to) (?:our )?(?:\w+ )?(?:subscribers|members)|(?:subscribers?|"
        r"members?)[- ]only|"
        r"behind (?:a|our) paywall|locked",
        known=r"already (?:an? )?(?:\w+ )?(?:subscribe[rd]|member|registered|"
        r"have an)[^.?]{0,30}\?|"
        r"have an? (?:account|subscription) ?\?|cancel (?:online )?any ?time|"
        r"(?:you['’]ve|you have) (?:read|used|viewed|reached)[^.]{0,30}free (?:articles?|stor)|"
        r"your (?:free )?(?:preview|trial) (?:has )?(?:ended|expired)|"
        r"(?:view|see|compare) (?:all |our )*subscription (?:options|"
        r"plans?)|choose (?:your|a) (?:plan|subscription)",
        door=r"subscribe(?:rs?)?|sign ?in|log ?in|(?:an|your|my) account|(?:start|your|"
        r"free) trial|cancel (?:or|online|at)|your first month",
        stems=(
            "subscri ad_block adblock ad-block limit free_article free_stor free_read "
            "free_view your_free sign_in sign_up signin signup log_in login regist "
            "become_a member unlock cancel_any cancel_online renew free_trial your_trial "
            "an_account _reading read_on the_full the_rest the_entire this_article "
            "this_story this_content remaining upgrade included_in plans options paywall "
            "preview locked left_to join create_a start_your your_account my_account "
            "first_month"
        ),
        beside=(
            "read unlock access full view see subscribe_ subscribers members limit choose trial "
            "block cancel free_a free_s free_v free_r finish watching unlimited already "
            "subscription? subscription_? account? account_? start_your remaining included_in % "
            "member-only member_only subscriber-only subscriber_only paywall locked ly_article "
            "automatically compare"
        ),
    ),
    "de": Words(
        act=r"abonnieren|registrieren|anmelden|einloggen|testen|melden sie sich an",
        aim=r"weiterlesen|weiterzulesen|weiter zu lesen|ganzen (?:artikel|text) (?:zu )?lesen|"
        r"vollständigen|unbegrenzt\w* (?:zugang|lesen)|alle artikel (?:zu )?lesen|freischalten",
        this=r"(?:dieser|der ganze|der vollständige) (?:artikel|inhalt|beitrag|text)|"
        r"diesen artikel",
        kept=r"abonnent\w*|(?:nur )?mit (?:einem )?\S*abo\b|für mitglieder",
        known=r"(?:bereits|schon) (?:ein |eine |\w+-)?(?:\S*abo\b|\S*abonnent\w*|registriert|"
        r"mitglied|konto)[^.]{0,20}\?|(?:jederzeit|monatlich) kündbar|jetzt weiterlesen(?: mit)?|"
        r"jetzt (?:testen|freischalten|abonnieren)",
        door=r"\S*abonnent\w*|anmeld(?:en|ung)|einloggen|\S*testmonat|probemonat",
        stems=(
            "abo_ abo? abo. abo! -abo abonn kündbar weiterles weiterzules weiter_zu_lesen "
            "diesen_artikel dieser_artikel registrier jetzt_ zugang kostenlose gratis "
            "anmelden einlogg melden_sie bereits schon_ein testmonat probemonat"
        ),
    ),
    "fr": Words(
        act=r"abonnez-vous|s['’]abonner|connectez-vous|identifiez-vous|inscrivez-vous|créez|"
        r"je m['’]abonne|se connecter",
        aim=r"lire la suite|(?:continuer|poursuivre) (?:la|votre|à|sa) ?(?:lecture|lire)|"
        r"lire (?:cet|l['’]) ?article|accès illimité|accéder à|en illimité|débloquer",
        this=r"(?:cet|l['’]) ?article|ce contenu|la suite|le reste",
        kept=r"réservée?s? (?:aux|à nos) (?:abonné|membre)|pour les abonnés",
        known=r"déjà (?:abonnée?|inscrite?|un compte|client)[^.]{0,20}\?|sans engagement|"
        r"résiliable à tout moment|annulable à tout moment|"
        r"vous avez (?:déjà )?(?:lu|atteint|consommé|épuisé)[^.]{0,30}gratuits?|"
        r"choisissez votre (?:formule|abonnement|offre)",
        door=r"abonnez|abonnée?s?|m['’]abonne|s['’]abonner|(?:un|mon|votre) compte|identifiez|"
        r"connectez",
        stems=(
            "abonn lire_la_suite lecture la_suite le_reste réservé sans_engagement "
            "résiliable annulable gratuits illimité connectez se_connecter identifiez "
            "déjà inscrivez formule votre_offre il_vous_reste continuer_à_lire créez "
            "un_compte mon_compte votre_compte"
        ),
    ),
    "es": Words(
        act=r"suscríb\w+|suscribirse|regístr\w+|inici[ae] sesión|hazte|hágase|accede",
        aim=r"(?:seguir|continuar|siga|sigue) leyendo|leer (?:el|este|esta|todo|sin|más)|"
        r"acceso (?:ilimitado|total|completo)|sin límites?",
        this=r"est[ea] (?:artículo|contenido|noticia|nota|texto)|el resto",
        kept=r"(?:exclusiv\w+|reservad\w+|s[oó]lo|disponible) (?:para|a) (?:\w+ )?"
        r"(?:suscriptor\w*|socios|usuarios registrados|ti\b)",
        known=r"¿ya (?:eres|es|estás|tienes?) [^?]{0,30}\?|cancel[ae] (?:cuando quieras?|"
        r"en cualquier "
        r"momento|cuando lo desees)|sin permanencia|ya (?:soy|estoy) suscri\w+|(?:ha|has) (?:leído|"
        r"alcanzado|"
        r"agotado|llegado)[^.]{0,30}(?:gratuitos?|gratis|límite)|elige tu (?:plan|suscripción)",
        door=r"suscríb\w+|suscriptor\w*|suscrit[oa]|suscribirse|(?:tu|una|mi) cuenta|"
        r"identifícate|inicia sesión",
        stems=(
            "suscri suscrí leyendo socio sesión regístr cancel permanencia gratuit gratis "
            "límite leer_ queda_ registrad cuenta identifícate prueba_gratis"
        ),
    ),
    "it": Words(
        act=r"abbonati|registrati|accedi|iscriviti|attiva|sblocca",
        aim=r"(?:continuare|continua) a leggere|leggere (?:l['’]articolo|tutto|tutti|questo)|"
        r"accesso (?:illimitato|completo)|tutti (?:gli articoli|i contenuti)",
        this=r"quest[oa] (?:articolo|contenuto|notizia)|il resto",
        kept=r"(?:riservat\w|esclusiv\w|solo|disponibile) (?:agli|per gli|per i|ai)(?: nostri)? "
        r"abbonati",
        known=r"(?:sei|hai) già [^?]{0,24}\?|(?:puoi )?disdi(?:re|ci) (?:quando vuoi|"
        r"in qualsiasi)|"
        r"scegli (?:il tuo|l['’]) ?abbonamento|hai (?:letto|raggiunto|"
        r"esaurito)[^.]{0,30}gratuit\w",
        door=r"abbonat[oi]|(?:un|il tuo) account|accedi|prova gratis",
        stems="abbona a_leggere leggere disdi registrat accedi gratuit accesso attiva sblocca",
    ),
    "pt": Words(
        act=r"assine|cadastre-se|registe-se|faça (?:seu )?login|inicie sessão|torne-se|"
        r"desbloqueie",
        aim=r"(?:continuar|continue) (?:a ler|lendo|a leitura)|ler (?:o|este|esta|tudo|mais)|"
        r"acesso (?:ilimitado|total|completo)",
        this=r"est[ea] (?:artigo|conteúdo|matéria|reportagem|texto)|o resto",
        kept=r"(?:exclusiv\w+|reservad\w+|s[oó]|apenas) (?:para|a|aos) (?:os )?(?:nossos )?"
        r"assinantes",
        known=r"já (?:é|sou|tem|tens) (?:\w+ )?(?:assinante|assinatura|conta|cadastro)(?: ?\?)?|"
        r"cancele (?:quando quiser|a qualquer)|escolha (?:a sua|sua|o seu|seu) (?:assinatura|"
        r"plano)|"
        r"você (?:já )?(?:leu|atingiu|usou)[^.]{0,30}(?:gratuit\w+|limite)|"
        r"(?:conteúdo|matéria|artigo) exclusiv\w+ para assinantes",
        door=r"assine|assinantes?|faça login|(?:uma|sua) conta",
        stems=(
            "assin cadastr registe_ sessão login lendo a_leitura a_ler gratuit limite "
            "cancele já_ torne-se desbloq acesso"
        ),
    ),
    "nl": Words(
        act=r"word (?:nu )?abonnee|neem een abonnement|log in|inloggen|registreer|maak een",
        aim=r"(?:verder|door) ?(?:te )?lezen|lees (?:direct )?(?:verder|alles)|onbeperkt",
        this=r"dit (?:artikel|verhaal|bericht)|de rest",
        kept=r"(?:alleen|exclusief|uitsluitend) (?:voor|toegankelijk voor) (?:onze )?abonnees",
        known=r"(?:al|heb je al|heeft u al) (?:een )?(?:abonnee|abonnement|account|"
        r"lid)\b[^.]{0,20}\?|"
        r"(?:maandelijks|op elk moment|altijd) opzegbaar|opzeggen kan|"
        r"bekijk (?:alle )?abonnementen",
        door=r"abonnees?|log (?:hier )?in|inloggen",
        stems=(
            "abonnee abonnement lezen opzegbaar opzeggen al_lid limiet gratis_artikel "
            "inloggen log_in account_ account? onbeperkt log_hier"
        ),
    ),
    "sv": Words(
        act=r"prenumerera|logga in|skapa (?:ett )?konto|bli prenumerant|köp",
        aim=r"läsa? vidare|fortsätta? läsa|läsa? (?:hela|alla)|låsa upp",
        this=r"den här artikeln|artikeln|innehållet",
        kept=r"(?:låst|endast|bara|exklusiv\w*)[^.]{0,12}(?:för )?(?:våra )?prenumeranter",
        known=r"redan (?:prenumerant|kund|medlem)[^.]{0,20}\?|ingen bindningstid|"
        r"utan bindningstid|avsluta när du vill",
        door=r"prenumerera|prenumerant\w*|logga in",
        stems="prenumer bindningstid vidare logga_in redan_ avsluta fortsätt låsa",
    ),
    "pl": Words(
        act=r"subskrybuj|wykup|zaloguj się|zarejestruj się|załóż konto|kup dostęp",
        aim=r"czyta[ćj] dalej|(?:prze)?czytać (?:cały|całość)|pełny dostęp|odblok\w+",
        this=r"(?:ten|cały) (?:artykuł|materiał|tekst)|ta treść|dalsza część",
        kept=r"(?:dla|tylko|wyłącznie) [^.]{0,14}(?:subskrybentów|prenumeratorów|abonentów)",
        known=r"masz już (?:konto|dostęp|subskrypcję)[^.]{0,24}\??|(?:zrezygnuj|anuluj) w "
        r"(?:każdej chwili|dowolnym momencie)",
        door=r"subskrybuj|subskrybent\w*|zaloguj\w*|konto",
        stems=(
            "subskry prenumerat abonent dalej zaloguj masz_już zrezygnuj anuluj wykup odblok dostęp"
        ),
    ),
    "tr": Words(
        act=r"abone ol\w*|giriş yap\w*|üye ol\w*|kaydol\w*",
        aim=r"okumaya devam|devamını oku\w*|tamamını oku\w*|sınırsız (?:erişim|oku\w*)",
        this=r"bu (?:haber|yazı|içerik)\w*|haberin devamı",
        kept=r"(?:yalnızca|sadece) [^.]{0,10}(?:abone|üye)\w*|(?:abone|üye)lere özel\w*",
        known=r"zaten (?:abone|üye) mi\w*|istediğin(?:iz)? zaman iptal",
        door=r"abone ol\w*|aboneler\w*|giriş yap\w*|ücretsiz dene\w*",
        stems="abone giriş okumaya devamını tamamını üye iptal sınırsız",
    ),
    "id": Words(
        act=r"berlangganan|daftar|masuk|buat akun",
        aim=r"(?:terus|lanjut(?:kan)?|melanjutkan) (?:mem)?baca|(?:mem)?baca (?:selengkapnya|"
        r"lengkap)|"
        r"akses (?:penuh|tanpa batas)",
        this=r"(?:artikel|konten|berita) ini",
        kept=r"(?:khusus|hanya)[^.]{0,12}pelanggan",
        known=r"sudah (?:berlangganan|punya akun|menjadi)[^.]{0,16}\?|batalkan kapan saja",
        door=r"berlangganan|masuk|akun",
        stems="langgan lanjut daftar akun kapan_saja selengkapnya akses terus_",
    ),
    "ja": Words(
        act=r"会員登録|ログイン|購読|登録|お申し?込み|有料プラン",
        aim=r"続き(?:を|は|が)|全文|読み放題|読むことが|お読み|閲覧でき|読めます",
        this=r"この記事|この先|ここから先|続き|残り",
        kept=r"(?:会員|購読者|登録者)(?:の方)?(?:限定|のみ|専用|だけ)|有料(?:会員|記事|です)",
        known=r"(?:すでに|既に)(?:会員|登録|購読)[^。]{0,12}(?:ログイン|方)|いつでも(?:解約|"
        r"キャンセル)|"
        r"ログインはこちら|会員の方はこちら",
        door=r"会員の方|会員登録|ログイン|購読する|無料で?お?試し",
        stems=(
            "会員 購読 ログイン 続き 全文 残り 無料記事 無料閲覧 解約 キャンセル "
            "有料 無料で 無料体験 無料お試し"
        ),
        end="",
        edge="",
    ),
    "zh": Words(
        act=r"订阅|訂閱|登录|登入|注册|註冊|开通|開通|购买|購買|加入会员|加入會員",
        aim=r"(?:继续|繼續)(?:阅读|閱讀)|(?:阅读|閱讀|查看)(?:全文|更多|完整)|解锁|解鎖|畅读|"
        r"暢讀|全文",
        this=r"本文|此文|该文章|本篇|余下|剩余|剩餘|以下内容|以下內容",
        kept=r"(?:会员|會員|订阅|訂閱|付费|付費|订户|訂戶)(?:用户|用戶|读者|讀者|会员|會員)?"
        r"(?:专享|專享|专属|專屬|可见|可見|才能|方可|限定)|(?:仅限|僅限|只限|仅供|僅供)",
        known=r"已(?:经|經)?是(?:订阅|會員|会员|訂閱|订户|訂戶)|已有(?:账号|帳號|帐号)|"
        r"(?:可)?(?:随时|隨時)(?:可)?取消|(?:免费|免費)(?:阅读|閱讀|文章)[^。]{0,8}"
        r"(?:用完|上限|已达|已達)",
        door=r"(?:已|已经|已經)?是(?:会员|會員)|登录|登入|扫码|付费阅读|付費閱讀",
        stems=(
            "订阅 訂閱 会员 會員 登录 登入 注册 註冊 全文 继续阅读 繼續閱讀 "
            "免费文章 免费阅读 免費文章 免費閱讀 付费 付費 随时 隨時 已有 余下 剩余 "
            "餘下 订户 訂戶 扫码"
        ),
        end="",
        edge="",
    ),
    "ko": Words(
        act=r"구독|로그인|회원 ?가입|가입|결제",
        aim=r"(?:이어|계속) ?(?:서 )?(?:읽|보)|전문을|기사 전문|무제한|모두 볼|전체 (?:기사|내용)",
        this=r"이 (?:기사|콘텐츠|글)|나머지",
        kept=r"(?:유료|구독|회원|가입)[^.]{0,8}(?:전용|한정|만 (?:볼|읽))",
        known=r"이미 (?:회원|구독|가입|계정)[^.]{0,12}\?|언제든(?:지)? (?:해지|취소)",
        door=r"로그인|구독하|회원 ?가입|무료 ?체험",
        stems="구독 회원 로그인 가입 언제든 유료 전문",
        end="",
        edge="",
    ),
    "ru": Words(
        act=r"(?:оформ|куп)ите|подпишитесь|войдите|зарегистрируйтесь|авторизуйтесь",
        aim=r"(?:чита|дочита|прочита)\w+ (?:дальше|далее|полностью|вс[её]|статью|материал)|"
        r"дочитать|"
        r"продолжить чтение|полный (?:доступ|текст)|безлимитн",
        this=r"(?:этот|данный) (?:материал|текст)|эта статья|материал|статья|продолжение|"
        r"полная версия",
        kept=r"(?:доступ\w+|только) (?:только )?(?:для |по )?(?:подпис\w+|зарегистрированн)",
        known=r"уже (?:есть|подписан\w*|зарегистрирован\w*|являетесь)[^.]{0,24}\??|"
        r"отмен(?:ить|а|ите)[^.]{0,10}в любой момент|вы прочитали [^.]{0,30}бесплатн\w+",
        door=r"подпишитесь|подписчик\w*|войд\w+|войти|аккаунт\w*|попробовать",
        stems=(
            "подпис дочита читать чтение уже_ бесплатн войдите зарегистр отменить доступ "
            "войти войд аккаунт пробн"
        ),
    ),
    "ar": Words(
        act=r"اشترك\w*|سج[ّ]?ل\w*|انضم|تسجيل الدخول",
        aim=r"(?:لمتابعة|لمواصلة|لاستكمال|مواصلة) القراءة|لقراءة (?:المقال|المزيد|بقية)|"
        r"(?:للوصول|وصول) (?:إلى|غير)|المقال كامل",
        this=r"هذا (?:المقال|المحتوى|الخبر|التقرير)|بقية المقال",
        kept=r"(?:حصري|متاح|مخصص)?[^.]{0,8}للمشتركين|للأعضاء",
        known=r"(?:هل )?(?:لديك|أنت|كنت) (?:بالفعل )?(?:حساب|مشترك|اشتراك)[^.]{0,16}؟|"
        r"(?:يمكنك )?(?:الإلغاء|إلغاء الاشتراك) في أي وقت",
        door=r"اشترك|مشترك|(?:لديك|لديك) (?:حساب|اشتراك)|تجربة مجانية|سج[ّ]?ل",
        stems=("اشترك سجل سجّل القراءة لقراءة لقد مشترك حساب اشتراك أي_وقت تجربة"),
        end="",
        edge="",
    ),
    "hi": Words(
        act=r"सब्सक्राइब|सदस्यता ल\S+|लॉग ?इन|साइन (?:इन|अप)|रजिस्टर",
        aim=r"(?:पूरा|पूरी|आगे)[^।]{0,10}पढ़|पढ़ना जारी|पढ़ते रह\S+|असीमित",
        this=r"यह (?:लेख|खबर|सामग्री)",
        kept=r"(?:केवल|सिर्फ)[^।]{0,8}(?:सदस्य|सब्सक्राइबर)\S*",
        known=r"(?:पहले से|क्या आप)[^।?]{0,16}(?:सदस्य|सब्सक्राइबर|खाता|अकाउंट)[^।]{0,16}|"
        r"कभी भी रद्द|आपने[^।]{0,30}(?:मुफ्त|फ्री|निःशुल्क)[^।]{0,24}",
        door=r"सब्सक्राइब कर\S*|सदस्यता लें|लॉग ?इन|साइन ?इन",
        stems=("सदस्य सब्सक्र लॉग साइन पढ़ आपने रद्द रजिस्टर खाता"),
        end="",
        edge="",
    ),
}
"""Offer words of seventeen languages."""
