//! A directory with something of everything, and ways to ask it as somebody.

use orgctl::sandbox::{Options, World};
use serde_json::{Value, json};

use super::support::{Got, Playground, TENANT, contoso, object};

/// A playground whose world file was edited first.
pub(crate) async fn edited(edit: impl FnOnce(&mut Value)) -> Playground {
    let world = World::from_live(&contoso()).unwrap();
    let mut world = serde_json::to_value(&world).unwrap();
    edit(&mut world);
    Playground::start(Options::new(serde_json::from_value(world).unwrap())).await
}

/// With one group that has Lee in it, and others that cannot be written.
pub(crate) async fn with_groups() -> Playground {
    edited(|world| {
        world["directory"]["groups"] = json!({
            object(0x20).to_string(): {
                "display_name": "Builders", "mail_nickname": "builders",
                "security_enabled": true, "members": [object(2)],
            },
            object(0x21).to_string(): { "display_name": "From on premises", "synced": true },
            object(0x22).to_string(): {
                "display_name": "By rule", "types": ["DynamicMembership"],
                "membership_rule": "user.department -eq \"x\"",
            },
            object(0x23).to_string(): {
                "display_name": "Outer", "security_enabled": true, "mail": "outer@fabrikam.com",
                "members": [object(0x20)],
            },
        });
        world["directory"]["roles"] = json!({
            "e3973bdf-4987-49ae-837a-ba8e231c7286": [object(1)],
        });
    })
    .await
}

/// With an application that has some permissions.
pub(crate) async fn with_application(roles: &[&str]) -> Playground {
    let roles = json!(roles);
    edited(|world| {
        world["directory"]["applications"] = json!({
            "app-1": { "display_name": "Mover", "roles": roles, "secrets": ["s3cret"] },
        });
    })
    .await
}

/// Asks for a token.
pub(crate) async fn token(play: &Playground, form: &[(&str, &str)]) -> Got {
    let url = format!("login.microsoftonline.com/{TENANT}/oauth2/v2.0/token");
    play.send(play.request("POST", &url).form(form)).await
}

/// The token of the application, for Microsoft Graph.
pub(crate) async fn app_token(play: &Playground) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "app-1"),
        ("client_secret", "s3cret"),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let body = token(play, &form).await.ok();
    body["access_token"].as_str().unwrap().to_owned()
}

/// Asks Microsoft Graph with a token.
pub(crate) async fn ask(play: &Playground, token: &str, method: &str, path: &str) -> Got {
    let url = format!("graph.microsoft.com/v1.0/{path}");
    play.send(play.request(method, &url).bearer_auth(token))
        .await
}

/// The same with a body.
pub(crate) async fn tell(
    play: &Playground,
    token: &str,
    (method, path): (&str, &str),
    body: &Value,
) -> Got {
    let url = format!("graph.microsoft.com/v1.0/{path}");
    let request = play.request(method, &url).bearer_auth(token);
    play.send(request.json(body)).await
}

/// The ids on a page.
pub(crate) fn ids(page: &Value) -> Vec<String> {
    let rows = page["value"].as_array().unwrap_or_else(|| panic!("{page}"));
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    rows.iter().map(id).collect()
}
