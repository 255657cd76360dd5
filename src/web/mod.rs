//! The front door: the whole site in one list. Handlers are in the file of their noun, permission is in their signature.

pub mod about;
pub mod account;
pub mod admin;
pub mod alert;
pub mod assets;
pub mod briefing;
pub mod cache;
pub mod card;
pub mod code;
pub mod collection;
pub mod coverage;
pub mod device;
pub mod entity;
pub mod error;
pub mod feed;
pub mod filter;
pub mod first;
pub mod form;
pub mod front;
pub mod guard;
pub mod health;
pub mod held;
pub mod home;
pub mod incident;
pub mod item;
pub mod limit;
pub mod live;
pub mod map;
pub mod meta;
pub mod method;
pub mod metrics;
pub mod next;
pub mod page;
pub mod passkey;
pub mod prefs;
pub mod revision;
pub mod search;
pub mod second;
pub mod server;
pub mod session;
pub mod sign;
pub mod sitemap;
pub mod source;
pub mod stop;
pub mod token;
pub mod viewer;
pub mod visit;
pub mod volume;
pub mod watch;
pub mod webhook;

pub use front::Front;
pub use server::serve;

use actix_web::guard::{Any, Get, Head};
use actix_web::web::{self, ServiceConfig, post, resource};
use actix_web::{HttpRequest, Route};

/// GET, and HEAD, which asks for the same without its body.
fn read() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

/// Where a page that answered a form leads when its address is opened again, as by the button for the colours.
fn back_to(path: &'static str) -> Route {
    read().to(move || async move { page::see_other(path) })
}

/// Where the portal is, for addresses that leave it: the setting, or the socket that was asked. Never what a visitor says the host is.
fn base(front: &Front, request: &HttpRequest) -> String {
    front.app.config.base_at(request.app_config().local_addr())
}

/// Every address of the portal.
pub fn routes(site: &mut ServiceConfig) {
    site.service(resource("/").route(read().to(home::show)))
        .service(resource("/incidents").route(read().to(home::archive)))
        .service(resource("/feed.{format}").route(read().to(feed::all)))
        .service(resource("/incidents/feed.{format}").route(read().to(feed::all)))
        .service(resource("/{noun:categories|countries|regions|topics}/{slug}").route(read().to(collection::show)))
        .service(resource("/{noun:categories|countries|regions|topics|entities|sources}/{slug}/feed.{format}").route(read().to(feed::show)))
        .service(resource("/entities").route(read().to(entity::list)))
        .service(resource("/entities/{slug}").route(read().to(entity::show)))
        .service(resource("/map").route(read().to(map::show)))
        .service(resource("/incidents.geojson").route(read().to(map::geojson)))
        .service(resource("/briefings").route(read().to(briefing::list)))
        .service(resource("/briefings/feed.{format}").route(read().to(feed::briefings)))
        .service(resource("/letters/stop").route(read().to(stop::show)).route(post().to(stop::stop)))
        .service(resource("/briefings/{day}.txt").route(read().to(briefing::text)))
        .service(resource("/briefings/{day}").route(read().to(briefing::show)))
        .service(resource("/search").route(read().to(search::show)))
        .service(resource("/sources").route(read().to(source::list)))
        .service(resource("/sources/{slug}").route(read().to(source::show)))
        .service(resource("/incidents/{slug}").route(read().to(incident::show)))
        .service(resource("/incidents/{slug}/doubts").route(post().to(incident::doubt)))
        .service(resource("/incidents/{slug}/card.png").route(read().to(card::show)))
        .service(resource("/incidents/{slug}/revisions").route(read().to(revision::list)))
        .service(resource("/incidents/{slug}/revisions/{n}").route(read().to(revision::show)))
        .service(resource("/corrections").route(read().to(about::corrections)))
        .service(resource("/privacy").route(read().to(about::privacy)))
        .service(resource("/accessibility").route(read().to(about::accessibility)))
        .service(resource("/method").route(read().to(method::show)))
        .service(resource("/live").route(read().to(live::stream)))
        .service(resource("/sign-up").route(read().to(sign::new)).route(post().to(sign::create)))
        .service(resource("/sign-in").route(read().to(sign::enter)).route(post().to(sign::sign_in)))
        .service(resource("/sign-in/passkey").route(back_to("/sign-in")).route(post().to(sign::by_passkey)))
        .service(resource("/sign-in/passkey/question").route(post().to(sign::question)))
        .service(resource("/sign-out").route(post().to(sign::sign_out)))
        .service(resource("/reset").route(read().to(sign::forgotten)).route(post().to(sign::reset)))
        .service(resource("/code").route(back_to("/sign-in")).route(post().to(code::enter)))
        .service(resource("/code/{ticket}").route(read().to(code::show)))
        .service(resource("/first/{ticket}").route(read().to(first::show)).route(post().to(first::create)))
        .service(resource("/held/{ticket}").route(read().to(held::show)))
        .service(resource("/account").route(read().to(account::show)))
        .service(resource("/account/sessions").route(back_to("/account")).route(post().to(account::end_sessions)))
        .service(resource("/account/password").route(back_to("/account")).route(post().to(account::set_password)))
        .service(resource("/account/name").route(back_to("/account")).route(post().to(account::set_name)))
        .service(resource("/account/address").route(back_to("/account")).route(post().to(account::set_address)))
        .service(resource("/account/second").route(read().to(second::show)).route(post().to(second::create)))
        .service(resource("/account/factors").route(back_to("/account")).route(post().to(second::remove)))
        .service(resource("/account/passkeys").route(back_to("/account")).route(post().to(passkey::create)))
        .service(resource("/account/passkeys/question").route(post().to(passkey::question)))
        .service(resource("/account/briefing").route(back_to("/account")).route(post().to(briefing::set)))
        .service(resource("/account/alerts").route(read().to(alert::show)))
        .service(resource("/account/watches").route(read().to(watch::show)).route(post().to(watch::update)))
        .service(resource("/account/webhooks").route(back_to("/account")).route(post().to(webhook::update)))
        .service(resource("/account/data.json").route(read().to(account::data)))
        .service(resource("/account/delete").route(back_to("/account")).route(post().to(account::delete)))
        .service(resource("/visits").route(post().to(visit::mark)))
        .service(resource("/prefs/theme").route(post().to(prefs::theme)))
        .service(resource("/admin").route(read().to(admin::queue::show)))
        .service(resource("/admin/queue").route(read().to(admin::queue::show)).route(post().to(admin::queue::update)))
        .service(resource("/admin/queue/decisions").route(read().to(admin::queue::back)).route(post().to(admin::queue::decide)))
        .service(resource("/admin/incidents/{id}").route(read().to(admin::incident::edit)).route(post().to(admin::incident::update)))
        .service(resource("/admin/incidents/{id}/draft").route(post().to(admin::incident::autosave)))
        .service(resource("/admin/incidents/{id}/conflict").route(read().to(admin::revision::back)).route(post().to(admin::incident::settle)))
        .service(
            resource("/admin/incidents/{id}/preview").route(read().to(admin::incident::preview)).route(post().to(admin::incident::preview_typed)),
        )
        .service(resource("/admin/incidents/{id}/revisions").route(read().to(admin::revision::back)).route(post().to(admin::revision::create)))
        .service(resource("/admin/incidents/{id}/revisions/{n}").route(read().to(admin::revision::show)))
        .service(resource("/admin/incidents/{id}/decisions").route(read().to(admin::revision::back)).route(post().to(admin::decision::create)))
        .service(resource("/admin/sources").route(read().to(admin::sources::show)).route(post().to(admin::sources::update)))
        .service(resource("/admin/sources.opml").route(read().to(admin::sources::export)))
        .service(resource("/admin/sources/{id}").route(read().to(admin::source::show)).route(post().to(admin::source::update)))
        .service(resource("/admin/accounts").route(read().to(admin::accounts::show)).route(post().to(admin::accounts::update)))
        .service(resource("/admin/settings").route(read().to(admin::settings::show)))
        .service(resource("/admin/audit.csv").route(read().to(admin::audit::export)))
        .service(resource("/admin/jobs").route(read().to(admin::jobs::show)).route(post().to(admin::jobs::retry)))
        .service(resource("/admin/audit").route(read().to(admin::audit::show)))
        .service(resource("/static/{file:.*}").route(read().to(assets::show)))
        .service(resource("/robots.txt").route(read().to(sitemap::robots)))
        .service(resource("/sitemap.xml").route(read().to(sitemap::index)))
        .service(resource("/sitemap-news.xml").route(read().to(sitemap::news)))
        .service(resource("/sitemap-{n}.xml").route(read().to(sitemap::file)))
        .service(resource("/health/live").route(read().to(health::live)))
        .service(resource("/health/ready").route(read().to(health::ready)))
        .service(resource("/metrics").route(read().to(metrics::show)))
        .default_service(web::to(error::nowhere));
}
