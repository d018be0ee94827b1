//! The owner of an account sets its password, over a link that works once.
use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use web::{Form, PageError, PageResult, Visit, narrow_page, page_again};

use crate::{
    Env, Note, Passwords,
    rules::credential::check_password,
    session::hash,
    store::account::{self, Activation},
};

#[derive(Template)]
#[template(path = "account/activation.html")]
struct ActivationPage<'a> {
    v: &'a Visit,
    token: &'a str,
    account: Activation,
    form: Form,
}

/// GET /activations/{token}
pub async fn show(State(env): State<Env>, v: Visit, Path(token): Path<String>) -> PageResult<Response> {
    let account = open(&env, &token).await?;
    let shown = ActivationPage { v: &v, token: &token, account, form: Form::default() };
    narrow_page(&v, &v.t.s("account-activate"), &shown)
}

/// POST /activations/{token} with `password` and `repeated`.
pub async fn create(
    State(env): State<Env>,
    Extension(passwords): Extension<Passwords>,
    v: Visit,
    Path(token): Path<String>,
    mut form: Form,
) -> PageResult<Response> {
    let account = open(&env, &token).await?;
    let (password, repeated) = (form.value("password").to_owned(), form.value("repeated").to_owned());
    if let Err(refused) = check_password(&password, &repeated, &account.login) {
        form.refuse("password", refused.message());
        let form = form.without(&["password", "repeated"]);
        let shown = ActivationPage { v: &v, token: &token, account, form };
        return page_again(&v, &v.t.s("account-activate"), &shown, true);
    }
    let stored = passwords.hash(password, salt(&env)).await?;
    let mut tx = env.db.write().await?;
    let id = &account.account_id;
    if !account::use_activation(&mut tx, &hash(&token), env.now()).await?
        || !account::set_password(&mut tx, id, Some(&stored)).await?
    {
        return Err(PageError::refused("account-link-dead"));
    }
    Note::of(id, &v.request_id, "account.activate", "account", id).record(&mut tx, &env).await?;
    tx.commit().await?;
    Ok(web::done("/sign-in", "account-activated"))
}

async fn open(env: &Env, token: &str) -> PageResult<Activation> {
    let mut tx = env.db.read().await?;
    let found = account::activation(&mut tx, &hash(token), env.now()).await?;
    found.ok_or(PageError::refused("account-link-dead"))
}

/// Fresh bytes beside which a password is hashed.
pub(super) fn salt(env: &Env) -> [u8; 16] {
    let mut salt = [0; 16];
    env.entropy.fill(&mut salt);
    salt
}
