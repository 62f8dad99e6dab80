"""How many statements it costs to ask for work, which everybody does all the time."""


def test_a_poll_takes_few_statements(work, poll, add_run, statements):
    work.add_pool()
    for number in range(5):
        work.add_queue(str(number))
        add_run(str(number), 10, str(number))
    poll()
    statements.clear()

    assert len(poll()) == 5

    assert len(statements) <= 2, statements


def test_a_heartbeat_takes_few_statements(work, statements):
    work.add_pool()
    work.beat()
    statements.clear()

    work.beat()

    assert len(statements) <= 2, statements


def test_a_poll_that_is_noted_takes_six_however_many_deployments_there_are(work, poll, statements):
    work.add_pool()
    flow = work.post("flows/", {"name": "etl"}, 201)["id"]
    for number in range(5):
        body = {"name": str(number), "flow_id": flow, "work_pool_name": "farm"}
        work.post("deployments/", body, 201)
    statements.clear()

    poll()

    # What is due; the queues locked, marked and told of; whose deployments wake, marked and told.
    assert len(statements) <= 9, statements
