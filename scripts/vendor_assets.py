"""Fetches the browser libraries of /docs, /reference and the GraphQL IDE into api/static/vendor.

Government networks are closed: nothing a page needs may come from elsewhere, so the files live in the
repository. Run by hand when a version changes (needs npm); the answer is the same on every machine.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent.parent / "api" / "static" / "vendor"

# ReDoc draws its maker's logo from a CDN, without an option to leave it out: an empty picture takes its place.
REDOC_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
EMPTY_PICTURE = b"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"


@dataclass(frozen=True)
class Package:
    """One release on the npm registry and the members of its tarball that we keep."""

    name: str
    version: str
    integrity: str
    licence: str
    keep: tuple[str, ...]
    replace: tuple[bytes, bytes] | None = None
    note: str | None = None

    @property
    def folder(self) -> str:
        """The version stands in the address, so browsers may keep the files for ever."""
        return f"{self.name.rpartition('/')[2]}-{self.version}"


PACKAGES = (
    Package(
        "swagger-ui-dist",
        "5.35.0",
        "sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==",
        "Apache-2.0",
        ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-bundle.js.LICENSE.txt", "LICENSE", "NOTICE"),
    ),
    Package(
        "redoc",
        "2.5.4",
        "sha512-M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ==",
        "MIT",
        ("bundles/redoc.standalone.js", "bundles/redoc.standalone.js.LICENSE.txt", "LICENSE"),
        replace=(REDOC_LOGO, EMPTY_PICTURE),
        note="The address of the maker's logo is replaced by an empty picture: the page loads nothing from elsewhere.",
    ),
    Package(
        "react",
        "18.2.0",
        "sha512-/3IjMdb2L9QbBdWiW5e3P2/npwMBaU9mHCSCUzNln0ZCYbcfTsGbTJrU/kGemdH2IWmB2ioZ+zkxtmq6g09fGQ==",
        "MIT",
        ("umd/react.production.min.js", "LICENSE"),
    ),
    Package(
        "react-dom",
        "18.2.0",
        "sha512-6IMTriUmvsjHUjNtEDudZfuDQUoWXVxKHhlEGSk81n4YFS+r/Kl99wXiwlVXtPBtJenozv2P+hxDsw9eA7Xo6g==",
        "MIT",
        ("umd/react-dom.production.min.js", "LICENSE"),
    ),
    Package(
        "graphiql",
        "3.8.3",
        "sha512-cuPDYtXVKV86Pu5PHBX642Odi/uVEE2y1Jxq5rGO/Qy1G2lRp7ZZ7a/T30RzxhuLSWo9zUbzq0P3U49//H0Ugw==",
        "MIT",
        ("graphiql.min.js", "graphiql.min.css", "LICENSE"),
    ),
    Package(
        "@graphiql/plugin-explorer",
        "1.0.2",
        "sha512-9j+kg2UjtLZD5EBmGjeWHkoVVxtbShYg2DzbUVebibnZYZM/iMBEF4vaccXJIAm5KaomIPLx0aoNs4LbODyc3Q==",
        "MIT",
        ("dist/index.umd.js", "dist/style.css"),
        note="The tarball carries no licence text; the repository is that of graphiql, whose LICENSE holds here too.",
    ),
)


def sri(algorithm: str, content: bytes) -> str:
    """The digest as browsers and npm write it."""
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def pack(package: Package, folder: Path) -> Path:
    """The tarball of the release, by the ordinary npm client.

    Raises: SystemExit when its content is not the one that was reviewed.
    """
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{package.name}@{package.version}"]
    tarball = folder / subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    if sri("sha512", tarball.read_bytes()) != package.integrity:
        raise SystemExit(f"{package.name}@{package.version}: the tarball is not the pinned one")
    return tarball


def unpack(package: Package, tarball: Path) -> dict[str, bytes]:
    """The kept members by file name, as the maker ships them."""
    with tarfile.open(tarball) as archive:
        members = {name: archive.extractfile(f"package/{name}") for name in package.keep}
        return {Path(name).name: stream.read() for name, stream in members.items() if stream}


def own(package: Package, content: bytes) -> bytes:
    """The content as we serve it."""
    return content.replace(*package.replace) if package.replace else content


def store(package: Package, files: dict[str, bytes]) -> dict[str, dict[str, str]]:
    """Writes the files; answers their digests, the maker's too where ours differs."""
    digests = {}
    folder = VENDOR / package.folder
    folder.mkdir(parents=True)
    for name, content in sorted(files.items()):
        served = own(package, content)
        (folder / name).write_bytes(served)
        entry = {"integrity": sri("sha384", served)}
        digests[f"{package.folder}/{name}"] = entry
        if served != content:
            entry["upstream_integrity"] = sri("sha384", content)
    return digests


def vendor(package: Package, folder: Path) -> dict[str, Any]:
    """Brings one release in; answers its entry in the manifest."""
    files = store(package, unpack(package, pack(package, folder)))
    entry = {"name": package.name, "version": package.version, "licence": package.licence}
    note = {"note": package.note} if package.note else {}
    return {**entry, "tarball": package.integrity, **note, "files": files}


def main() -> None:
    """Replaces the whole folder, so nothing of an older version stays behind."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        packages = [vendor(package, Path(folder)) for package in PACKAGES]
    manifest = json.dumps({"packages": packages}, indent=2, ensure_ascii=False)
    (VENDOR / "manifest.json").write_text(f"{manifest}\n", encoding="utf-8")
    print(f"{len(packages)} packages in {VENDOR}")


if __name__ == "__main__":
    main()
