//! Words by which any disaster is told: how many died, were hurt, are missing, and when. Two articles that share these alone tell of two events. Pure.

use super::fingerprint::{concept, pairs, stem_of};
use crate::text::words::{Stems, is_cjk};
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// By language, as they stand in titles and are parted there; compared by their stems.
const WORDS: &[(&str, &str)] = &[
    (
        "en",
        "kill kills killed killing killings die dies died dead deadly death deaths fatal fatalities injure injures injured injuring injuries wound wounds wounded \
         hurt people person persons victim victims casualty casualties toll least leave leaves leaving rise rises two three four five six seven eight nine ten \
         eleven twelve dozen dozens hundred hundreds thousand thousands year years day days week weeks month months hour hours today yesterday says said",
    ),
    (
        "de",
        "tot tote toten todesopfer gestorben sterben stirbt getötet töten tötet verletzt verletzte verletzten opfer menschen personen mindestens zahl steigt zwei \
         drei vier fünf sechs sieben acht neun zehn dutzende hunderte tausende jahre jahren tage tagen",
    ),
    (
        "fr",
        "mort morts morte mortes meurt tue tué tués tuée décès décédé blesse blessé blessés blessée blessées victime victimes personne personnes gens moins bilan \
         deux trois quatre cinq six sept huit neuf dix dizaines centaines milliers ans jours",
    ),
    (
        "es",
        "muere mueren muerto muertos muerta muertas muertes mata matan fallecidos fallece fallecen herido heridos herida heridas víctima víctimas persona personas \
         menos balance dos tres cuatro cinco seis siete ocho nueve diez decenas cientos miles años días",
    ),
    (
        "pt",
        "morre morrem morto mortos morta mortas morte mortes mata matam ferido feridos ferida feridas vítima vítimas pessoa pessoas menos dois duas três quatro \
         cinco seis sete oito nove dez dezenas centenas milhares anos dias",
    ),
    (
        "it",
        "muore muoiono morto morti morta morte uccide uccisi ucciso feriti ferito ferita vittima vittime persona persone almeno bilancio due tre quattro cinque sei \
         sette otto nove dieci decine centinaia migliaia anni giorni",
    ),
    (
        "ru",
        "погиб погибли погибших погибшие умер умерли убит убиты жертв жертвы пострадали пострадавших пострадал ранен ранены раненых человек человека люди людей \
         число двое трое четверо два три четыре пять шесть десятки сотни тысячи лет дней",
    ),
    (
        "uk",
        "загинув загинули загиблих загинуло помер померли вбито жертв жертви постраждали постраждалих поранено поранені поранених людей людини осіб число двоє \
         троє четверо два три чотири пять десятки сотні тисячі років днів",
    ),
    ("sl", "umrl umrli mrtvih mrtvi smrt ubitih ranjen ranjenih poškodovanih žrtev žrtve ljudi oseb najmanj dva tri štiri pet let dni"),
    ("ar", "مقتل قتل قتلى القتلى وفاة وفيات مصرع جرحى إصابة أشخاص شخص شخصا ضحايا الضحايا عدد الأقل ارتفاع سنوات أيام"),
    (
        "zh",
        "死亡 死亡人数 身亡 遇难 遇难者 遇害 丧生 丧命 死者 伤者 受伤 重伤 轻伤 伤亡 死伤 失踪 失踪者 人死亡 人受伤 人遇难 人丧生 人身亡 人失踪 名死者 致命 致死 \
         导致 造成 发生 至少 多人 人数 升至 增至 今天 昨天 今日 昨日 男子 女子 \
         遇難 遇難者 罹難 罹難者 喪生 傷者 受傷 重傷 輕傷 傷亡 死傷 失蹤 失蹤者 人受傷 人遇難 人罹難 人喪生 人失蹤 導致 發生 人數 增至",
    ),
    (
        "ja",
        "死亡 死者 死傷 死傷者 負傷 負傷者 重傷 軽傷 犠牲 犠牲者 行方不明 行方不明者 人死亡 人負傷 人死傷 人以上 以上 発生 確認 今日 昨日 男性 女性",
    ),
    ("ko", "사망 사망자 부상 부상자 사상자 희생자 실종 실종자 숨져 숨지고 다쳐 다치고 최소 이상 발생 명이 명의 명을 오늘 어제 남성 여성"),
    ("th", "เสีย ชีวิต ตาย ดับ บาด เจ็บ สูญ หาย ราย ศพ คน ผู้ อย่าง น้อย สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ ร้อย พัน วัน ปี นี้ เมื่อ วาน ใน ที่ กัน หลัง เหตุ ชาย หญิง"),
    (
        "fa",
        "کشته کشته‌شدگان جان باختند باخت درگذشت مرگ تلفات زخمی مصدوم مجروح مفقود نفر تن قربانی قربانیان دست کم دو سه چهار پنج شش هفت هشت نه ده ده‌ها صدها هزاران گرفت گذاشت روز سال",
    ),
    (
        "he",
        "הרוגים הרוג נהרג נהרגו נהרגה מת מתו מתים פצוע פצועים נפצע נפצעו נעדר נעדרים קורבנות איש אנשים בני אדם לפחות שני שניים שלושה ארבעה חמישה שישה שבעה שמונה תשעה עשרה עשרות מאות אלפי היום אתמול",
    ),
    ("hi", "मौत मौतें मरे मारे गए मृत मृतक घायल जख्मी लापता लोग लोगों व्यक्ति दो तीन चार पांच छह सात आठ नौ दस दर्जनों सैकड़ों हजारों कम आज कल साल दिन"),
    (
        "pl",
        "zginął zginęła zginęło zginęli nie żyje zmarł zmarła zmarli ofiar ofiary ofiara śmiertelne śmierć rannych ranni ranny ranna zaginionych osób osoby osoba ludzi co najmniej dwie dwóch trzy troje cztery pięć sześć siedem osiem dziewięć dziesięć kilkadziesiąt setki tysiące dni lat",
    ),
    (
        "el",
        "νεκρός νεκροί νεκρούς νεκρή νεκρό σκοτώθηκε σκοτώθηκαν πέθανε τραυματίες τραυματίας τραυματίστηκαν αγνοούμενοι άτομα άνθρωποι θύματα τουλάχιστον δύο τρεις τέσσερις πέντε έξι επτά οκτώ εννέα δέκα δεκάδες εκατοντάδες χιλιάδες χρόνια ημέρες σήμερα χθες",
    ),
    (
        "vi",
        "chết người tử vong thiệt mạng thương bị mất tích nạn nhân ít nhất hai ba bốn năm sáu bảy tám chín mười hàng chục trăm nghìn ngày hôm nay qua khiến làm",
    ),
    (
        "id",
        "tewas meninggal mati luka terluka hilang korban jiwa orang sedikitnya dua tiga empat lima enam tujuh delapan sembilan sepuluh puluhan ratusan ribuan hari tahun",
    ),
    (
        "nl",
        "dood doden overleden gedood gewond gewonden slachtoffer slachtoffers mensen personen minstens zeker twee drie vier vijf zes zeven acht negen tien tientallen honderden duizenden jaar dagen",
    ),
    (
        "ro",
        "mort morți morții moarte ucis uciși decedat răniți rănit victime persoane oameni puțin doi două trei patru cinci șase șapte opt nouă zece zeci sute mii ani zile",
    ),
    (
        "cs",
        "mrtvý mrtvých mrtví zemřel zemřeli zahynul zahynulo zahynuli zraněných zraněno zranění obětí oběti lidí osob nejméně dva tři čtyři pět šest sedm osm devět deset desítky stovky tisíce let dní",
    ),
    (
        "sv",
        "död döda dött dog skadade skadad offer personer människor minst två tre fyra fem sex sju åtta nio tio tiotals hundratals tusentals år dagar",
    ),
    ("tr", "öldü ölen ölü ölümü hayatını kaybetti yaralandı yaralı kişi kişinin sayısı en iki üç dört beş yıl gün"),
];

static STEMS: LazyLock<FxHashSet<u32>> = LazyLock::new(|| {
    let of = |(language, words): &(&'static str, &'static str)| {
        let stems = Stems::of(language);
        words.split_whitespace().flat_map(in_pairs).map(|word| stem_of(word, language, &stems)).collect::<Vec<_>>()
    };
    // across languages the concepts of the lexicon say it
    WORDS.iter().flat_map(of).chain(["death", "injury"].map(concept)).collect()
});

/// A word as texts are read: in pairs of characters where no spaces are.
fn in_pairs(word: &str) -> Vec<&str> {
    if word.starts_with(is_cjk) { pairs(word) } else { vec![word] }
}

/// Whether a stem or a concept is one of these words'.
pub fn is_of_toll(hash: u32) -> bool {
    STEMS.contains(&hash)
}
