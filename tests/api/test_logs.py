"""Logs hold what is on the list, and of people nothing."""

import io
import json
import logging
import sys
import warnings
from uuid import UUID, uuid4

import pytest
import structlog
from fastapi import APIRouter, FastAPI

from api import logs
from api.logs import RequestLog, get_logger, note_actor

NAME, NUMBER, PHONE = "Nguyễn Văn Đức", "079201001234", "0912345678"
CANARIES = (NAME, "Nguyen Van Duc", NUMBER, PHONE, "Nguy\\u1ec5n", "v%C4%83n")
TRACEBACK = f"Traceback\nValueError: {NAME}"
ACTOR = UUID("0199a0a0-0000-7000-8000-00000000000a")


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def out():
    """A stream that the logs of this test go to; afterwards the loggers are as before."""
    loggers = [logging.getLogger(name) for name in (None, "uvicorn", "uvicorn.error", "uvicorn.asgi", "uvicorn.access")]
    before = [(one, one.handlers, one.level, one.propagate, one.disabled) for one in loggers]
    hook = sys.excepthook
    stream = io.StringIO()
    logs.configure(stream=stream)
    yield stream
    for one, handlers, level, propagate, disabled in before:
        one.handlers, one.propagate, one.disabled = handlers, propagate, disabled
        one.setLevel(level)
    logging.captureWarnings(capture=False)
    sys.excepthook = hook
    structlog.reset_defaults()


def lines(out):
    return [json.loads(line) for line in out.getvalue().splitlines()]


def line(out):
    (only,) = lines(out)
    return only


def assert_clean(out):
    assert not [canary for canary in CANARIES if canary in out.getvalue()]


def test_listed_keys_pass_and_all_others_are_dropped_and_counted(out):
    get_logger().info("person_recorded", code="created", count=3, full_name=NAME, national_id=NUMBER, body={"a": PHONE})
    told = line(out)
    assert told["event"] == "person_recorded"
    assert (told["code"], told["count"], told["dropped"]) == ("created", 3, 3)
    assert_clean(out)


@pytest.mark.parametrize(
    "key",
    [*sorted(logs._ALLOWED.keys() - {"event", "level", "timestamp"}), "anything", "msg", "exception", "stack", "args"],
)
@pytest.mark.parametrize(
    "value",
    [NAME, "Nguyen Van Duc", NUMBER, int(NUMBER), int(PHONE), [NUMBER], {"a": NAME}, NAME.encode(), ValueError(NAME)],
)
def test_no_key_carries_a_personal_value(out, key, value):
    get_logger().info("act", **{key: value})
    assert_clean(out)
    assert line(out)["dropped"] == 1


def test_a_path_with_a_number_in_it_is_no_route_and_no_word(out):
    get_logger().info("act", route=f"/v1/persons/{NUMBER}", code=f"p{PHONE}")
    assert line(out)["dropped"] == 2


@pytest.mark.parametrize("event", [f"saved {NAME}", NAME, NUMBER, "Nguyen Van Duc", f"person_{NAME}", f"id {PHONE}"])
def test_an_event_is_a_fixed_word_and_never_a_sentence(out, event):
    get_logger().info(event)
    told = line(out)
    assert (told["event"], told["dropped"]) == ("unnamed_event", 1)
    assert_clean(out)


def test_ids_routes_and_numbers_pass_as_they_are(out):
    id_ = uuid4()
    get_logger().warning(
        "job_ended", job_id=id_, actor_id=str(id_), route="/v1/persons/{id}:search", ms=12.5, status=409, state="held"
    )
    told = line(out)
    assert (told["job_id"], told["actor_id"]) == (str(id_), str(id_))
    assert (told["route"], told["ms"], told["status"], told["state"], told["level"]) == (
        "/v1/persons/{id}:search",
        12.5,
        409,
        "held",
        "warning",
    )
    assert "dropped" not in told
    assert told["timestamp"].endswith("Z")


def fails(value):
    raise ValueError(f"{value} is on file: Key (national_id)=({NUMBER})")


def test_an_exception_is_its_types_and_our_frames_without_a_word_it_said(out):
    try:
        try:
            fails(NAME)
        except ValueError as error:
            raise KeyError(PHONE) from error
    except KeyError:
        get_logger().exception("act_failed")
    told = line(out)
    assert told["error"] == "KeyError < ValueError"
    assert_clean(out)


def test_the_frames_are_those_of_our_own_rooms(out):
    try:
        logs._id_of({"headers": [("x-request-id", NAME), (b"x-request-id", 5)][1:]})
    except AttributeError:
        get_logger().exception("act_failed")
    (frame,) = line(out)["frames"]
    place, function = frame.split(" ")
    assert place.startswith("api/logs.py:")
    assert function == "_id_of"


def test_an_exception_group_names_what_it_holds(out):
    get_logger().error("act_failed", exc_info=ExceptionGroup(NAME, [ValueError(NUMBER)]))
    assert line(out)["error"] == "ExceptionGroup < ValueError"
    assert_clean(out)


def test_records_of_libraries_come_as_a_place_and_never_as_words(out):
    logging.getLogger("asyncpg").error("duplicate key (%s)", NUMBER)
    logging.getLogger("some.library").warning(NAME)
    logging.getLogger("uvicorn.error").error(TRACEBACK)
    logging.getLogger("uvicorn.error").error("ASGI callable should return None, but returned '%s'.", NUMBER)
    try:
        fails(NAME)
    except ValueError:
        logging.getLogger("strawberry.execution").exception(NAME)
    told = lines(out)
    assert [one["logger"] for one in told] == [
        "asyncpg",
        "some.library",
        "uvicorn.error",
        "uvicorn.error",
        "strawberry.execution",
    ]
    assert {one["event"] for one in told} == {"library"}
    assert told[0]["at"].startswith("test_logs:")
    assert told[-1]["error"] == "ValueError"
    assert_clean(out)


def test_the_server_s_own_sentences_come_without_what_was_filled_in(out):
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 4711)
    told = line(out)
    assert told["said"] == "Started server process [%d]"
    assert "4711" not in out.getvalue()


def test_the_server_s_access_log_is_off(out):
    logs.configure(stream=out)  # again, because pytest listens on loggers that do not propagate
    access = logging.getLogger("uvicorn.access")
    access.info('%s - "%s %s HTTP/%s" %d', "10.0.0.1", "GET", f"/v1/persons?q={NAME}", "1.1", 200)
    assert not access.hasHandlers()  # uvicorn asks this before it draws the line
    assert out.getvalue() == ""


def test_warnings_pass_the_wall_too(out):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(NAME, stacklevel=1)
        logging.captureWarnings(capture=False)
    assert line(out)["logger"] == "py.warnings"
    assert_clean(out)


def test_what_nobody_caught_passes_the_wall_too(out):
    logs.catch_uncaught()
    sys.excepthook(ValueError, ValueError(NAME), None)
    assert line(out)["error"] == "ValueError"
    assert_clean(out)


def test_vietnamese_letters_of_our_own_are_written_as_they_are(out):
    assert logs._json(None, "", {"a": "Điểm Tựa"}) == '{"a":"Điểm Tựa"}'


def test_a_terminal_gets_colours_and_the_same_wall(out):
    logs.configure(stream=out, pretty=True)
    get_logger().info("person_recorded", full_name=NAME, count=3)
    assert "\x1b[" in out.getvalue()
    assert "person_recorded" in out.getvalue()
    assert_clean(out)


def test_lines_below_the_level_are_not_written(out):
    logs.configure("warning", stream=out)
    get_logger().info("quiet")
    get_logger().warning("loud")
    assert line(out)["event"] == "loud"


# -- the line of a request


def service():
    app, outer, inner = FastAPI(), APIRouter(prefix="/v1"), APIRouter(prefix="/persons")

    @inner.get("/{id}")
    async def read(id: str):
        note_actor(ACTOR)
        get_logger().info("inside")
        return {"id": id}

    @inner.post("/{id}")
    def fail(id: str):
        note_actor(ACTOR)
        raise ValueError(id)

    outer.include_router(inner)
    app.include_router(outer)
    return RequestLog(app)


async def call(app, path, method="GET", query="", **headers):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
             "query_string": query.encode(), "headers": pairs, "scheme": "http", "server": ("a", 1), "client": (PHONE, 2)}  # fmt: skip
    await app(scope, receive, send)
    return dict(sent[0]["headers"])


async def test_a_request_is_one_line_with_its_route_and_never_its_path(out):
    await call(service(), f"/v1/persons/{NUMBER}", query=f"q={NAME}", authorization=NUMBER, user_agent=NAME)
    inside, told = lines(out)
    assert inside["request_id"] == told["request_id"]
    assert (told["event"], told["method"], told["route"], told["status"]) == ("request", "GET", "/v1/persons/{id}", 200)
    assert told["actor_id"] == str(ACTOR)
    assert told["ms"] >= 0
    assert_clean(out)


async def test_a_fault_in_a_thread_is_a_line_with_500_and_its_actor(out):
    with pytest.raises(ValueError, match=NUMBER):
        await call(service(), f"/v1/persons/{NUMBER}", "POST")
    told = lines(out)[-1]
    assert (told["status"], told["route"], told["actor_id"]) == (500, "/v1/persons/{id}", str(ACTOR))
    assert_clean(out)


async def test_an_unknown_path_or_method_is_not_repeated(out):
    await call(service(), f"/v1/{NUMBER}/Nguyen Van Duc")
    await call(service(), f"/v1/persons/{NUMBER}", NUMBER)
    first, second = lines(out)
    assert (first["route"], first["status"]) == ("/unmatched", 404)
    assert "method" not in second
    assert_clean(out)


@pytest.mark.parametrize("given", ["0199A0A0-0000-7000-8000-00000000000B", "0199a0a000007000800000000000000b"])
async def test_a_uuid_given_as_request_id_is_taken_and_given_back(out, given):
    headers = await call(service(), "/v1/persons/1", x_request_id=given)
    assert headers[b"x-request-id"] == b"0199a0a0-0000-7000-8000-00000000000b"
    assert {one["request_id"] for one in lines(out)} == {"0199a0a0-0000-7000-8000-00000000000b"}


@pytest.mark.parametrize(
    "given", [NUMBER, "Nguyen-Van-Duc-1990-01-01", "", "0199a0a0-00007000-8000-00000000000b", "\n"]
)
async def test_any_other_request_id_is_replaced(out, given):
    headers = await call(service(), "/v1/persons/1", x_request_id=given)
    assert UUID(headers[b"x-request-id"].decode()).version == 4
    assert_clean(out)


async def test_two_requests_do_not_share_their_facts(out):
    app = service()
    await call(app, "/v1/persons/1")
    await call(app, "/nothing")
    assert lines(out)[0]["request_id"] != lines(out)[-1]["request_id"]
    assert "actor_id" not in lines(out)[-1]
    assert logs.request_id() is None


async def test_what_is_not_http_passes_without_a_line(out):
    seen = []

    async def app(scope, _receive, _send):
        seen.append(scope["type"])

    await RequestLog(app)({"type": "lifespan"}, None, None)
    assert seen == ["lifespan"]
    assert out.getvalue() == ""
