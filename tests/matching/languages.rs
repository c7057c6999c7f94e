//! Names of many languages, as they are written at home and in Latin letters, by hand.
//!
//! A name is a beginning and an end, so that there are more than are listed.

/// The names of a language: `native:latin`, or one word where both are the same.
#[derive(Debug)]
pub(crate) struct Language {
    pub(crate) given: (&'static str, &'static str),
    pub(crate) family: (&'static str, &'static str),
    /// At home the family name comes first.
    pub(crate) family_first: bool,
    /// A blank between both at home.
    pub(crate) spaced: bool,
    /// Two family names.
    pub(crate) two_families: bool,
}

const fn language(
    given: (&'static str, &'static str),
    family: (&'static str, &'static str),
) -> Language {
    Language {
        given,
        family,
        family_first: false,
        spaced: true,
        two_families: false,
    }
}

/// The languages of the first generator.
pub(crate) const FIRST: [Language; 11] = [
    // German
    language(
        (
            "Jürgen:Juergen Günther:Guenther Sören:Soeren Anna Klaus Ute Heike Björn:Bjoern Käthe:Kaethe Thomas Sabine Uwe Petra Jens Birgit Dirk Antje Holger Silke Volker Ulrike Torsten Karin Rainer Doris",
            "-",
        ),
        (
            "Mül:Muel Schön:Schoen Groß:Gross Berg Stein Wald Hof Lind Eich Feld Brück:Brueck Kirch Neu Alt Rosen Wein Frei Oster Buch Stroh",
            "mann er bach berger hofer müller:mueller hauer feld inger",
        ),
    ),
    // Spanish
    Language {
        two_families: true,
        ..language(
            (
                "José:Jose María:Maria Raúl:Raul Ana Íñigo:Inigo Begoña:Begona Pilar Andrés:Andres Inés:Ines Javier Lucía:Lucia Rocío:Rocio Álvaro:Alvaro Nuria Óscar:Oscar Sofía:Sofia Martín:Martin Carmen",
                "-",
            ),
            (
                "Garc Fernánd:Fernand Gonzál:Gonzal Mart Rodrígu:Rodrigu Sánch:Sanch Ramír:Ramir Domíngu:Domingu Velázqu:Velazqu Jimén:Jimen Ord Ben Núñ:Nun Ibáñ:Iban Mél:Mel",
                "ez ín:in ía:ia ero",
            ),
        )
    },
    // Russian
    language(
        (
            "Сергей:Sergey Юлия:Yulia Дмитрий:Dmitry Алексей:Alexey Екатерина:Ekaterina Николай:Nikolay Ольга:Olga Андрей:Andrey Татьяна:Tatyana Михаил:Mikhail Ирина:Irina Василий:Vasily Наталья:Natalya Павел:Pavel Игорь:Igor",
            "-",
        ),
        (
            "Иван:Ivan Петр:Petr Сидор:Sidor Щербак:Shcherbak Жук:Zhuk Чернов:Chernov Козл:Kozl Морозов:Morozov Волк:Volk Зайц:Zayts Соколов:Sokolov Кузнец:Kuznets Павл:Pavl Тихон:Tikhon Хрящ:Khryashch Орл:Orl",
            "ов:ov ский:sky енко:enko ин:in",
        ),
    ),
    // Greek
    language(
        (
            "Γιώργος:Giorgos Ελένη:Eleni Νίκος:Nikos Μαρία:Maria Κώστας:Kostas Δημήτρης:Dimitris Σοφία:Sofia Παναγιώτης:Panagiotis Βασίλης:Vasilis Αθηνά:Athina Σπύρος:Spyros Θανάσης:Thanasis",
            "-",
        ),
        (
            "Παπαδ:Papad Γεωργ:Georg Νικολα:Nikola Δημητρ:Dimitr Κωνσταντιν:Konstantin Αντων:Anton Θεοδωρ:Theodor Σταματ:Stamat Χατζ:Chatz Λαμπρ:Lampr",
            "όπουλος:opoulos ίδης:idis άκης:akis ιάδης:iadis",
        ),
    ),
    // Chinese
    Language {
        family_first: true,
        spaced: false,
        ..language(
            (
                "伟:Wei 娜:Na 秀:Xiu 国:Guo 晓:Xiao 志:Zhi 建:Jian 玉:Yu 海:Hai 文:Wen 丽:Li 明:Ming",
                "-: 华:hua 英:ying 强:qiang 芳:fang 军:jun 敏:min 静:jing 龙:long 平:ping 波:bo 燕:yan",
            ),
            (
                "王:Wang 李:Li 张:Zhang 刘:Liu 陈:Chen 杨:Yang 赵:Zhao 黄:Huang 周:Zhou 吴:Wu 徐:Xu 孙:Sun 胡:Hu 朱:Zhu 高:Gao 林:Lin 何:He 郭:Guo 马:Ma 罗:Luo",
                "-",
            ),
        )
    },
    // Japanese
    Language {
        family_first: true,
        ..language(
            (
                "太郎:Taro 花子:Hanako 健:Ken 美咲:Misaki 翔:Sho 陽子:Yoko 大輔:Daisuke 恵:Megumi 直樹:Naoki 由美:Yumi 拓也:Takuya 明美:Akemi",
                "-",
            ),
            (
                "山:Yama 川:Kawa 田:Ta 石:Ishi 松:Matsu 中:Naka 高:Taka 藤:Fuji 小:Ko 大:O 西:Nishi 北:Kita",
                "本:moto 村:mura 口:guchi 田:da 原:hara 島:shima 井:i 野:no",
            ),
        )
    },
    // Korean
    Language {
        family_first: true,
        spaced: false,
        ..language(
            (
                "민:Min 지:Ji 수:Soo 영:Young 현:Hyun 은:Eun 성:Sung 재:Jae 동:Dong 혜:Hye",
                "수:soo 은:eun 호:ho 희:hee 진:jin 우:woo 영:young 미:mi 원:won 훈:hoon",
            ),
            (
                "김:Kim 이:Lee 박:Park 최:Choi 정:Jung 강:Kang 조:Cho 윤:Yoon 장:Jang 임:Lim 한:Han 오:Oh 서:Seo 신:Shin 권:Kwon",
                "-",
            ),
        )
    },
    // Arabic, in Latin letters on both sides
    language(
        (
            "Mohammed Ahmed Fatima Omar Layla Khaled Youssef Noura Hassan Aisha Tariq Mariam Abdulrahman Salma Ibrahim Huda Karim Zainab",
            "-",
        ),
        (
            "Al-Masri Al-Farsi El-Sayed Haddad Khoury Nasser Al-Rashid Hamdan Sabbagh Mansour Al-Otaibi Qasim Darwish Najjar Al-Harbi Saleh Barakat Zidan Shaheen Aziz Hijazi Jaber Taleb Fayed Sultan",
            "-",
        ),
    ),
    // Turkish
    language(
        (
            "Özgür:Ozgur İbrahim:Ibrahim Şule:Sule Çağla:Cagla Ayşe:Ayse Uğur:Ugur Gökhan:Gokhan Işıl:Isil Mehmet Zeynep Emre Elif Oğuz:Oguz Tuğba:Tugba",
            "-",
        ),
        (
            "Yıldı:Yildi Öz:Oz Kılıç:Kilic Demir Çelik:Celik Kaya Taş:Tas Gün:Gun Ay Koç:Koc Şahin:Sahin Arslan Doğan:Dogan Bulut",
            "r oğlu:oglu türk:turk can soy",
        ),
    ),
    // Vietnamese
    Language {
        family_first: true,
        ..language(
            (
                "An:An Đức:Duc Hương:Huong Thảo:Thao Minh Quân:Quan Lan Hải:Hai Tuấn:Tuan Phương:Phuong Long Ngọc:Ngoc Vinh Trang Khánh:Khanh Dũng:Dung",
                "-",
            ),
            (
                "Nguyễn:Nguyen Trần:Tran Lê:Le Phạm:Pham Huỳnh:Huynh Vũ:Vu Đặng:Dang Bùi:Bui Đỗ:Do Hồ:Ho Ngô:Ngo Dương:Duong Lý:Ly",
                "_Văn:_Van _Thị:_Thi _Hữu:_Huu _Đình:_Dinh _Xuân:_Xuan",
            ),
        )
    },
    // English
    language(
        (
            "James Emily Oliver Grace Liam Chloe Ethan Hannah Noah Megan Lucas Amber Owen Paige Dylan Holly Connor Jade Kyle Brooke",
            "-",
        ),
        (
            "Ash Brook Car Dun Elm Fair Green Hart Kings Lang Mill Nor Oak Pem Red Sher Thorn Under Wood York",
            "ley ton field worth wood ford by well ham",
        ),
    ),
];

/// The languages of the second generator, which was written after the rules and looked at once.
pub(crate) const SECOND: [Language; 9] = [
    // Polish
    language(
        (
            "Łukasz:Lukasz Małgorzata:Malgorzata Paweł:Pawel Agnieszka Krzysztof Żaneta:Zaneta Wojciech Grażyna:Grazyna Zbigniew Bożena:Bozena Jarosław:Jaroslaw Ewelina",
            "-",
        ),
        (
            "Kowal Wiśniew:Wisniew Dąbrow:Dabrow Wójcik:Wojcik Zieliń:Zielin Szymań:Szyman Woźniak:Wozniak Jankow Kaczmar Piotrow Grabow Pawłow:Pawlow",
            "ski czyk owicz ewski",
        ),
    ),
    // Hungarian
    Language {
        family_first: true,
        ..language(
            (
                "László:Laszlo Zsófia:Zsofia Gábor:Gabor Ágnes:Agnes István:Istvan Éva:Eva Zoltán:Zoltan Ildikó:Ildiko Ferenc Katalin",
                "-",
            ),
            (
                "Nagy Kovács:Kovacs Tóth:Toth Szabó:Szabo Horváth:Horvath Varga Kiss Molnár:Molnar Németh:Nemeth Farkas Balogh Papp",
                "-: i falvi házi:hazi",
            ),
        )
    },
    // Hindi and Tamil, in Latin letters
    language(
        (
            "Rajesh Priya Suresh Lakshmi Arjun Deepika Venkatesh Kavitha Sanjay Meenakshi Anand Divya Ramesh Sunita Vikram Pooja",
            "-",
        ),
        (
            "Sharma Iyer Reddy Patel Krishna Subra Rama Gopala Chandra Venka Nara Bala",
            "-: nathan swamy murthy krishnan",
        ),
    ),
    // French
    language(
        (
            "Jean-Luc Hélène:Helene François:Francois Chloé:Chloe Benoît:Benoit Marie-Claire Étienne:Etienne Océane:Oceane Gaëlle:Gaelle Loïc:Loic Maxime Camille",
            "-",
        ),
        (
            "Lefè:Lefe Beau Mont Char Font Roch Mar Blan Ville Dela",
            "vre pré:pre pentier aine efort chand neuve croix",
        ),
    ),
    // Czech
    language(
        (
            "Jiří:Jiri Tereza Ondřej:Ondrej Kateřina:Katerina Zdeněk:Zdenek Růžena:Ruzena Václav:Vaclav Žofie:Zofie Matěj:Matej Šárka:Sarka",
            "-",
        ),
        (
            "Novák:Novak Dvořák:Dvorak Svoboda Procház:Prochaz Kučer:Kucer Veselý:Vesely Hor Němec:Nemec Černý:Cerny Růžič:Ruzic",
            "-: ek ka ovský:ovsky",
        ),
    ),
    // Ukrainian
    language(
        (
            "Олексій:Oleksii Оксана:Oksana Тарас:Taras Ірина:Iryna Богдан:Bohdan Людмила:Liudmyla Володимир:Volodymyr Наталія:Nataliia Ярослав:Yaroslav Галина:Halyna",
            "-",
        ),
        (
            "Шевч:Shevch Ковал:Koval Бондар:Bondar Ткач:Tkach Кравч:Kravch Мельн:Meln Лис:Lys Гриц:Hryts Савч:Savch",
            "енко:enko ук:uk",
        ),
    ),
    // Portuguese
    Language {
        two_families: true,
        ..language(
            (
                "João:Joao Conceição:Conceicao Luís:Luis Inês:Ines Tiago Beatriz Nuno Fátima:Fatima Rui Margarida Gonçalo:Goncalo",
                "-",
            ),
            (
                "Silv Per Oliv Ferr Mor Carv Teix Bar Nog",
                "eira alho osa ais",
            ),
        )
    },
    // Taiwanese, as romanised there
    Language {
        family_first: true,
        spaced: false,
        ..language(
            (
                "志:Chih 雅:Ya 俊:Chun 淑:Shu 家:Chia 怡:Yi 建:Chien 佳:Chia",
                "明:-ming 婷:-ting 宏:-hung 芬:-fen 豪:-hao 君:-chun 玲:-ling",
            ),
            (
                "陳:Chen 林:Lin 黃:Huang 張:Chang 蔡:Tsai 許:Hsu 鄭:Cheng 謝:Hsieh 郭:Kuo 洪:Hung 曾:Tseng",
                "-",
            ),
        )
    },
    // Finnish
    language(
        (
            "Päivi:Paivi Jyrki Ääri:Aari Heikki Tuula Väinö:Vaino Aino Pekka Sanna Eero",
            "-",
        ),
        (
            "Mäki:Maki Järvi:Jarvi Koski Lehto Virta Niemi Saari Laakso Hämä:Hama Kallio",
            "-: nen la läinen:lainen",
        ),
    ),
];

/// Picks `native:latin` of a list of words.
pub(crate) fn both(word: &'static str) -> (&'static str, &'static str) {
    match word.split_once(':') {
        Some((native, latin)) => (native.trim_matches('-'), latin),
        None if word == "-" => ("", ""),
        None => (word, word),
    }
}
