//! The front door: the whole site in one list. Handlers are in the file of their noun, permission is in their signature.

pub mod account;
pub mod admin;
pub mod assets;
pub mod cache;
pub mod coverage;
pub mod error;
pub mod filter;
pub mod form;
pub mod front;
pub mod guard;
pub mod health;
pub mod home;
pub mod incident;
pub mod live;
pub mod method;
pub mod next;
pub mod page;
pub mod prefs;
pub mod server;
pub mod session;
pub mod viewer;

pub use front::Front;
pub use server::serve;

use actix_web::web::{self, ServiceConfig, get, post, resource};

/// Every address of the portal.
pub fn routes(site: &mut ServiceConfig) {
    site.service(resource("/").route(get().to(home::show)).route(web::head().to(home::show)))
        .service(resource("/incidents").route(get().to(home::archive)).route(web::head().to(home::archive)))
        .service(resource("/incidents/{slug}").route(get().to(incident::show)).route(web::head().to(incident::show)))
        .service(resource("/method").route(get().to(method::show)))
        .service(resource("/live").route(get().to(live::stream)))
        .service(resource("/sign-up").route(get().to(account::new)).route(post().to(account::create)))
        .service(resource("/sign-in").route(get().to(account::enter)).route(post().to(account::sign_in)))
        .service(resource("/sign-out").route(post().to(account::sign_out)))
        .service(resource("/account").route(get().to(account::show)))
        .service(resource("/prefs/theme").route(post().to(prefs::theme)))
        .service(resource("/admin").route(get().to(admin::queue::show)))
        .service(resource("/admin/queue").route(get().to(admin::queue::show)).route(post().to(admin::queue::update)))
        .service(resource("/admin/incidents/{id}").route(get().to(admin::incident::edit)).route(post().to(admin::incident::update)))
        .service(resource("/admin/incidents/{id}/draft").route(post().to(admin::incident::autosave)))
        .service(resource("/admin/incidents/{id}/preview").route(get().to(admin::incident::preview)).route(post().to(admin::incident::preview_typed)))
        .service(resource("/admin/sources").route(get().to(admin::sources::show)).route(post().to(admin::sources::create)))
        .service(resource("/admin/jobs").route(get().to(admin::jobs::show)).route(post().to(admin::jobs::retry)))
        .service(resource("/admin/audit").route(get().to(admin::audit::show)))
        .service(resource("/static/{file:.*}").route(get().to(assets::show)).route(web::head().to(assets::show)))
        .service(resource("/robots.txt").route(get().to(health::robots)))
        .service(resource("/health/live").route(get().to(health::live)))
        .service(resource("/health/ready").route(get().to(health::ready)))
        .default_service(web::to(error::nowhere));
}
