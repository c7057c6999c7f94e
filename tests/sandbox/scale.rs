//! Ten thousand people: what a plan reads, all of it, over HTTP.

use std::time::{Duration, Instant};

use super::support::{Playground, contoso, directory_user, key, object, personal};

const PEOPLE: u128 = 10_000;

/// Many times what it takes, for this runs without optimisation beside everything else. A list that
/// looks at everybody for each page, or at everybody for each of many conditions, takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn ten_thousand_people_are_read_page_by_page() {
    let mut live = contoso();
    for number in 3..=PEOPLE {
        live.members
            .insert(key(number), personal(&format!("user{number}@outlook.com")));
        let user = directory_user(&format!("user{number}@contoso.com"));
        live.directory.users.insert(object(number), user);
    }
    let play = Playground::of(&live).await;
    let begin = Instant::now();
    let mut token = String::new();
    let mut entitlements = 0;
    loop {
        let url = "vsaex.dev.azure.com/contoso/_apis/userentitlements";
        let request = play
            .devops("GET", url)
            .query(&[("continuationToken", &token)]);
        let page = play.send(request).await.ok();
        entitlements += page["items"].as_array().unwrap().len();
        page["continuationToken"]
            .as_str()
            .unwrap()
            .clone_into(&mut token);
        if token.is_empty() {
            break;
        }
    }
    let listed = begin.elapsed();
    let begin = Instant::now();
    let mut path = "users?$top=999&$select=id,userPrincipalName,mail".to_owned();
    let mut users = 0;
    loop {
        let page = play.graph_get(&path).await.ok();
        users += page["value"].as_array().unwrap().len();
        let Some(link) = page["@odata.nextLink"].as_str() else {
            break;
        };
        link.split("/v1.0/").nth(1).unwrap().clone_into(&mut path);
    }
    assert_eq!((entitlements, users), (10_000, 10_000));
    let directory = begin.elapsed();
    let begin = Instant::now();
    for first in (0..150).map(|n| n * 15) {
        let mails: Vec<_> = (first..first + 15)
            .map(|n| format!("'user{n}@contoso.com'"))
            .collect();
        let filter = format!("mail in ({})", mails.join(","));
        let request = play.graph("GET", "users").query(&[("$filter", filter)]);
        play.send(request).await.ok();
    }
    println!(
        "entitlements {listed:?}, users {directory:?}, filters {:?}",
        begin.elapsed()
    );
    assert!(listed + directory + begin.elapsed() < PATIENCE);
}
