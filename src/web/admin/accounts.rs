//! The accounts room, for admins: who may do what. Every change asks for the admin's own password once more, so that a browser left open changes nothing.

use crate::account::{mine, role};
use crate::error::Problems;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::viewer::Role;
use crate::store::account::Row;
use crate::web::Front;
use crate::web::form::Fields;
use crate::web::page::{Again, Frame, Page, see_other};
use crate::web::sign::{guarded, proof};
use crate::web::viewer::{Admin, SignedIn};
use crate::{Error, Result, store};
use actix_session::Session;
use actix_web::{Either, HttpRequest, HttpResponse, web};
use askama::Template;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "admin/accounts.html")]
pub struct Show {
    pub frame: Frame,
    pub lines: Vec<Line>,
    pub roles: &'static [Role],
    pub problems: Problems,
}

pub struct Line {
    pub row: Row,
    /// Sessions that have not ended.
    pub sessions: i64,
    pub is_own: bool,
}

pub async fn show(front: web::Data<Front>, admin: Admin, request: HttpRequest) -> Result<Page<Show>> {
    Ok(Page(draw(&front, &admin, &request, Problems::default()).await?))
}

async fn draw(front: &Front, admin: &Admin, request: &HttpRequest, problems: Problems) -> Result<Show> {
    let sessions: HashMap<_, _> = store::login::count_each(&front.app.db, front.app.clock.now()).await?.into_iter().collect();
    let line = |row: Row| Line { sessions: sessions.get(&row.id).copied().unwrap_or(0), is_own: row.id == admin.0.id, row };
    let lines = store::account::list(&front.app.db).await?.into_iter().map(line).collect();
    Ok(Show { frame: Frame::new(front, request, admin.viewer(), "editing").await?, lines, roles: Role::ALL, problems })
}

/// `role` with an account's id takes the role chosen beside it; `end` signs it out everywhere.
pub async fn update(
    front: web::Data<Front>,
    admin: Admin,
    session: Session,
    body: web::Bytes,
    request: HttpRequest,
) -> Result<Either<HttpResponse, Again<Show>>> {
    let fields = Fields::read(&body);
    match change(&front, &admin, &session, &fields, &request).await {
        Ok(()) => Ok(Either::Left(see_other("/admin/accounts"))),
        Err(Error::Invalid(problems)) => Ok(Either::Right(Again(draw(&front, &admin, &request, problems).await?))),
        Err(other) => Err(other),
    }
}

async fn change(front: &Front, admin: &Admin, session: &Session, fields: &Fields, request: &HttpRequest) -> Result<()> {
    let now = front.app.clock.now();
    let password = fields.text("password");
    let proof = proof(front, session, &password);
    guarded(front, request, &SignedIn(admin.0.clone()), "password", async |lane| {
        mine::confirm(&front.app.db, &front.hasher, lane, admin.0.id, proof, "password").await
    })
    .await?;
    let id = |name: &str| fields.text(name).parse::<Id<Account>>().map_err(|_| Error::NotFound);
    if !fields.has("role") && !fields.has("end") {
        return Err(Error::invalid("role", "Choose what to change with the button beside an account"));
    }
    let mut tx = front.app.db.begin().await?;
    // what somebody claimed who edits no more is in many incidents
    store::turn::take(&mut tx).await?;
    store::account::lock_admins(&mut tx).await?;
    // another admin may have been quicker
    let own = store::account::find(&mut tx, admin.0.id).await?.ok_or(Error::SignIn)?;
    if own.role != Role::Admin {
        return Err(Error::Forbidden);
    }
    if fields.has("role") {
        let account = id("role")?;
        let chosen: Role = fields.text(&format!("role-{account}")).parse().map_err(|()| Error::invalid("role", "Choose a role"))?;
        if account == admin.0.id {
            return Err(Error::invalid("role", "Another admin has to change your own role"));
        }
        role::change(&mut tx, admin.0.id, account, chosen, now).await?;
    } else {
        let account = id("end")?;
        store::account::find(&mut tx, account).await?.ok_or(Error::NotFound)?;
        if account != admin.0.id {
            store::login::remove_of(&mut tx, account).await?;
            store::audit::add(&mut tx, admin.0.id, "sign out", "account", account.0, "", now).await?;
        }
    }
    Ok(tx.commit().await?)
}
