//! Given names that are short forms or other forms of one another.
//!
//! A hint only: "Sasha" is Alexander and Alexandra, and "Alex" is anybody.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::fold::words;

/// Each line is one name.
const GROUPS: [&str; 62] = [
    "alexander aleksandr alexandr alex sasha sascha xander alejandro alessandro alexandros iskander",
    "alexandra aleksandra alex sasha sandra alejandra alessandra",
    "alexei aleksei alyosha alex",
    "andrew andreas andre andrei andrzej andres andrea drew andy",
    "anthony antonio anton tony toni antoine antonis toño",
    "anne anna ana ann annie anya ania hanna hannah",
    "benjamin ben benny",
    "carl karl carlos karol charles charlie chuck",
    "catherine katherine kathryn katarina katharina ekaterina yekaterina katya kate katie cathy kathy kasia catalina",
    "christian chris kristian cristian krystian",
    "christina kristina christine chris tina cristina",
    "christopher chris christoph kristof krzysztof christophe kit topher christos",
    "daniel dan danny dani daniil danil",
    "david dave davide dawid",
    "dimitrios dimitris dmitry dmitrii mitya dima jim",
    "edward eduard eduardo ed eddie ted edi",
    "elizabeth elisabeth liz beth lisa betty eliza elsbeth lizzie isabel elisa",
    "eugene evgeny yevgeny evgenii zhenya",
    "fedor fyodor theodor theodore teodor ted",
    "francis francisco frank paco pancho francesco franz frantisek françois",
    "frederick friedrich fred fritz federico frederic",
    "gabriel gabe gabi gavriil",
    "george georgios giorgos georg jorge giorgio jerzy yuri georgi",
    "gregory greg grigory grzegorz grigorios",
    "guadalupe lupe",
    "helen helena elena lena eleni olena",
    "henry heinrich henrik hank enrique harry henri",
    "ibrahim abraham ebrahim avraham",
    "ignacio nacho ignatius",
    "ivan john johannes johann hans johan juan giovanni jan jean ioannis yannis jack johnny janek vanya jonas",
    "jacob jakob james jim jimmy jaime diego yakov kuba jacques jamie",
    "jennifer jen jenny",
    "jessica jess jessie",
    "joseph josef jose joe joey giuseppe pepe jozef yusuf youssef yousef",
    "jonathan jon john nathan",
    "katrin kathrin katharina",
    "konstantin konstantinos kostas costas kostya",
    "lawrence laurence larry lorenzo lars",
    "leonardo leo leon leonard lev",
    "ludmila lyudmila lyuda mila",
    "margaret margarita maggie meg peggy greta margarethe malgorzata rita",
    "maria mary marie mariya masha mia maricarmen",
    "matthew matt mateo matteo matthias mateusz matvei",
    "michael mike mick mikhail misha miguel michel michele mikael michal mihail mihai",
    "mohammed muhammad mohamed mohammad muhammed mohamad mehmet mohd muhamed",
    "natalia natalya natasha nataliya natalie",
    "nicholas nick nico nikolai nikolaos nikos nicolas nikolaus klaus kolya niko mikolaj",
    "patrick pat patricio paddy padraig",
    "patricia pat patty tricia",
    "paul pablo paolo pavel pavlos pawel pasha",
    "peter pete pedro pietro piotr pyotr petros petr",
    "philip phil felipe philipp filip filippo",
    "richard rick dick ricardo riccardo rich ryszard",
    "robert bob rob robbie bobby roberto bert",
    "samuel sam sammy samantha",
    "stephen steven steve stefan stephan esteban stefano stepan szczepan stefanos",
    "susan sue susanne suzanne susana susie",
    "thomas tom tommy tomas tommaso tomasz",
    "victoria vicky viktoria tori",
    "vladimir volodymyr vova volodya wlodzimierz",
    "william bill will billy willy guillermo wilhelm guillaume liam",
    "yusuf joseph yousuf yosef",
];

/// Two-letter and longer forms of Korean family names, whose romanisations have little in common.
const FAMILIES: [&str; 12] = [
    "gim kim",
    "i lee yi rhee",
    "bag park pak bak",
    "choe choi",
    "jeong jung chung",
    "jo cho",
    "im lim yim rim",
    "gang kang",
    "o oh",
    "seo suh",
    "an ahn",
    "yun yoon",
];

static FORMS: LazyLock<BTreeMap<String, Vec<usize>>> = LazyLock::new(|| {
    let mut forms: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (group, line) in GROUPS.iter().chain(&FAMILIES).enumerate() {
        for name in line.split(' ').flat_map(words) {
            forms.entry(name).or_default().push(group);
        }
    }
    forms
});

/// Whether two folded words are forms of one name.
pub(super) fn are_one(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (FORMS.get(one), FORMS.get(other)) else {
        return false;
    };
    one.iter().any(|group| other.contains(group))
}
