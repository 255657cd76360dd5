//! Who is asking: permission as an argument. A handler that takes `Editor` cannot be reached by a reader.

use super::Front;
use super::session;
use crate::account::factor;
use crate::model::viewer::{Member, Role, Viewer};
use crate::{Error, Result, store};
use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use std::pin::Pin;

/// Somebody signed in; others are asked to sign in first.
pub struct SignedIn(pub Member);
/// Somebody who writes drafts, or more; readers get 403.
pub struct Contributor(pub Member);
/// An editor or admin; readers get 403.
pub struct Editor(pub Member);
/// An admin; everybody else gets 403.
pub struct Admin(pub Member);

type Coming<T> = Pin<Box<dyn Future<Output = Result<T>>>>;

impl FromRequest for Viewer {
    type Error = Error;
    type Future = Coming<Self>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let front = request.app_data::<web::Data<Front>>().expect("the server gives every request its Front").clone();
            viewer_of(&front, &request).await
        })
    }
}

/// The account is read anew for each request, so a changed role counts at once.
pub async fn viewer_of(front: &Front, request: &HttpRequest) -> Result<Viewer> {
    if let Some(known) = request.extensions().get::<Viewer>() {
        return Ok(known.clone());
    }
    let viewer = match session::account(request) {
        None => Viewer::Anonymous,
        Some(id) => match store::account::find(&front.app.db, id).await? {
            Some(account) => Viewer::Member(Member { id: account.id, name: account.name, role: account.role }),
            None => Viewer::Anonymous,
        },
    };
    request.extensions_mut().insert(viewer.clone());
    Ok(viewer)
}

fn with_role(request: &HttpRequest, payload: &mut Payload, least: Role) -> Coming<Member> {
    let viewer = Viewer::from_request(request, payload);
    let request = request.clone();
    Box::pin(async move {
        match viewer.await? {
            Viewer::Anonymous => Err(Error::SignIn),
            Viewer::Member(member) if member.role >= least => {
                let front = request.app_data::<web::Data<Front>>().expect("the server gives every request its Front");
                // the desk is open to contributors too, who are not asked for one
                let is_asked = least >= Role::Contributor && member.role >= Role::Editor && front.app.config.desk_second_factor;
                // an account that has a passkey may still have been opened with its password alone
                let is_shown = session::is_proven(&request.get_session()) && factor::is_any(&front.app.db, member.id).await?;
                if is_asked && !is_shown { Err(Error::SecondFactor) } else { Ok(member) }
            }
            Viewer::Member(_) => Err(Error::Forbidden),
        }
    })
}

macro_rules! from_role {
    ($($name:ident => $least:ident),*) => {$(
        impl FromRequest for $name {
            type Error = Error;
            type Future = Coming<Self>;
            fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
                let member = with_role(request, payload, Role::$least);
                Box::pin(async move { member.await.map($name) })
            }
        }
        impl $name {
            pub fn viewer(&self) -> Viewer {
                Viewer::Member(self.0.clone())
            }
        }
    )*};
}
from_role!(SignedIn => Reader, Contributor => Contributor, Editor => Editor, Admin => Admin);
