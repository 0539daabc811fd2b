"""api/directory.py finds exactly what FastAPI would have found."""

from __future__ import annotations

from api.app import ROUTERS, create_app
from api.asking import LeanRoute
from api.directory import Directory
from domain.ids import new_id


def every_lean_route():
    return [route for module in ROUTERS for route in module.router.routes if isinstance(route, LeanRoute)]


def directory():
    return Directory(None, routes=every_lean_route())


def test_every_lean_route_is_found_by_its_own_method_and_path():
    routes = every_lean_route()
    assert len(routes) > 20
    for route in routes:
        for method in route.methods:
            found = directory().find(method, route.path)
            assert found is not None, (method, route.path)
            assert found[0].route is route
            assert found[1] == {name: "{" + name + "}" for name in route.param_convertors}


def test_an_unknown_path_a_wrong_method_and_an_empty_parameter_are_left_to_the_framework():
    for method, path in (
        ("GET", "/v1/nothing"),
        ("PUT", "/v1/persons"),
        ("GET", "/v1/persons/"),
        ("GET", "/v1/persons/a/b/c/d"),
        ("GET", ""),
    ):
        assert directory().find(method, path) is None, (method, path)


def test_a_path_cannot_be_mistaken_for_a_method():
    entry, parameters = directory().find("GET", "/v1/persons/GET")
    assert (entry.route.path, parameters) == ("/v1/persons/{id}", {"id": "GET"})


async def test_a_wrong_method_is_405_and_an_unknown_path_404_with_a_problem(world):
    wrong = await world.call("officer", "PUT", "/v1/persons", {})
    unknown = await world.get("officer", "/v1/nothing")
    empty = await world.get("officer", "/v1/persons/")
    assert (wrong.status_code, unknown.status_code, empty.status_code) == (405, 404, 404)
    assert {one.json()["code"] for one in (wrong, unknown, empty)} == {"method_not_allowed", "not_found"}


async def test_a_refusal_of_a_lean_route_names_the_template_and_never_the_path(world):
    told = (await world.get("officer", f"/v1/persons/{new_id()}")).json()
    assert told["instance"] == "/v1/persons/{id}"


async def test_a_fault_of_a_lean_route_is_an_internal_problem(world, monkeypatch):
    async def broken(_scope):
        raise ZeroDivisionError

    monkeypatch.setattr(type(world.house.doorman), "context", lambda _self, scope: broken(scope))
    answer = await world.get("officer", "/v1/persons")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")


def test_the_application_keeps_the_directory_innermost():
    from api.settings import Settings

    app = create_app(Settings(demo=True))
    assert app.user_middleware[-1].cls is Directory
