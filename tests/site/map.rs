//! The map and what it is drawn from.

use crate::story;

story!(incidents_stand_where_they_happen, |world| {
    world.published_fire_and_quake().await;
    let visitor = world.anybody();
    let page = visitor.get("/map").await;
    page.is(200).has("2, by severity").has("aria-label=\"1: ").has("Lagos, Nigeria").has("viewBox=\"135 0 2740 1290\"").has(".svg#land");
    assert_eq!(page.body.matches("class=\"mk\"").count(), 2);
    let africa = visitor.get("/map?region=africa").await;
    africa.is(200).has("refinery").lacks("Chile").has("1, by severity");
    visitor.get("/map?region=europe").await.is(200).has("No incident with a known place fits");
    visitor.get("/map?sev=critical").await.has("No incident with a known place fits");
    visitor.get("/map?t=1h&cat=disaster").await.is(200);
    for odd in ["/map?region=atlantis&sev=loud", "/map?region=%00&after=1", "/map?t=&sev=&cat="] {
        visitor.get(odd).await.is(200).has("2, by severity");
    }
});

story!(the_same_question_is_answered_as_geojson, |world| {
    world.published_fire_and_quake().await;
    let answer = world.anybody().get("/incidents.geojson?region=africa&t=all").await;
    answer.is(200);
    assert_eq!(answer.header("content-type"), "application/geo+json");
    let found: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(found["features"].as_array().unwrap().len(), 1);
    let feature = &found["features"][0];
    assert_eq!(feature["properties"]["place"], "Lagos");
    let at: Vec<f64> = feature["geometry"]["coordinates"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    assert!((at[0] - 3.4).abs() < 0.5 && (at[1] - 6.5).abs() < 0.5, "east before north: {at:?}");
    assert!(feature["properties"]["url"].as_str().unwrap().starts_with(&world.address));
});

story!(the_desk_and_the_incident_show_the_place_too, |world| {
    let path = world.published_fire().await;
    world.anybody().get(&path).await.has("Map: marker at Lagos").has("a city that its articles name");
    world.anybody().get("/").await.has("World map of these incidents").has("Open the map");
    world.anybody().get("/method").await.has("resolution 68/262");
});
