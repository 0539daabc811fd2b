import time
from tests.persistence.walls.populous import populate
async def test_x(fresh_ground):
    async with fresh_ground() as g, g.connected(g.admin_dsn) as admin:
        t=time.time(); await populate(admin); print("pop", time.time()-t)
        for t in ("person","person_token","residence","unit","responsibility"): print(t, await admin.fetchval(f"select count(*) from {t}"))
        print(await admin.fetch("select province_no, count(*) from person group by 1 order by 1"))
        print(await admin.fetch("select unit_no, count(*) from person group by 1 order by 2 desc limit 3"))
