#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The page's server as a program sees it: who gets in, what is served, what goes through the sockets."""
import http.client
import os
import re
import signal

from pageserver import PageServer
from vztest import Console, Home, eventually, expect, main, small_guest
from websocket import Refused, WebSocket

home = Home(prefix='vz,a=b-')  # what a command line of QEMU's would stumble over
bundle = None
server = None


def get(path, method='GET', body=None, **headers):
    connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=60)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text, answer.headers


def enter():
    """A cookie."""
    before = server.address()
    status, _, headers = get(before.partition(str(server.port))[2])
    assert (status, headers['Location']) == (303, '/'), status
    assert 'HttpOnly' in headers['Set-Cookie'] and 'SameSite' in headers['Set-Cookie'], headers
    eventually('another address', 20, lambda: server.address() != before)
    return headers['Set-Cookie'].partition(';')[0]


def starts():
    global bundle, server
    bundle = small_guest(home)
    server = PageServer(home, 'run', '--display', 'web', bundle)
    eventually('the machine runs', 60, lambda: 'running;' in server.text)


def nobody_gets_in_without_a_token():
    wrong = '0' * 32
    for path in ('/', '/app.js', '/novnc/core/rfb.js', f'/?token={wrong}', '/?token=', '/?token', f'/app.js?token={wrong}',
                 '/socket/control', '/no-such-file'):
        status, text, headers = get(path)
        assert (status, text) == (403, b''), (path, status, text)
        assert 'Set-Cookie' not in headers, path
    status, text, _ = get('/', Cookie=f'vz-{server.port}={wrong}')
    assert (status, text) == (403, b''), status
    # The right token, for a page of another name that points here.
    good = server.address().partition(str(server.port))[2]
    for host in ('evil.example', f'evil.example:{server.port}', '127.0.0.1', 'localhost:1', ''):
        status, text, headers = get(good, Host=host)
        assert status in (400, 403) and 'Set-Cookie' not in headers and text == b'', (host, status, text)
    assert server.address().endswith(good), 'a refused request used the token up'


def a_token_is_good_once():
    good = server.address().partition(str(server.port))[2]
    cookie = enter()
    assert get(good)[0] == 403
    assert get('/', Cookie=cookie)[0] == 200
    assert get('/', Cookie=f'other=1; {cookie}')[0] == 200
    assert get('/', Cookie=cookie[:-1])[0] == 403
    assert get('/', Cookie=cookie.partition('=')[0])[0] == 403
    other = enter()
    assert other != cookie and get('/', Cookie=other)[0] == get('/', Cookie=cookie)[0] == 200


def only_the_page_is_served():
    cookie = enter()
    status, text, headers = get('/', Cookie=cookie)
    assert status == 200 and headers['Content-Type'].startswith('text/html') and headers['Cache-Control'] == 'no-store'
    assert "default-src 'none'" in headers['Content-Security-Policy']
    page = text.decode()
    files = ['/' + name for name in re.findall(r'(?:src|href)="([^"]+)"', page)]
    seen = set()
    while files:  # every module that a module imports
        path = os.path.normpath(files.pop())
        if path in seen:
            continue
        seen.add(path)
        status, text, _ = get(path, Cookie=cookie)
        assert status == 200 and text, path
        if path.endswith('.js'):
            files += [os.path.join(os.path.dirname(path), name)
                      for name in re.findall(r'(?:from|import) [\'"](\.[^\'"]+)[\'"]', text.decode())]
    assert '/novnc/vendor/pako/lib/zlib/inflate.js' in seen and '/keys.js' in seen, seen
    for path in ('/..%2f..%2fcatalog/vz.xml', '/../web/index.html', '/novnc/../../passwd', '/novnc/utils/novnc_proxy',
                 '/novnc/core/%2e%2e/vnc.html', '/novnc/vnc.html', '/novnc/core', '//etc/passwd', '/%00', '/app.js/x'):
        assert get(path, Cookie=cookie)[0] in (400, 404), path
    for method in ('POST', 'PUT', 'DELETE', 'OPTIONS'):
        assert get('/', method=method, body=b'x' if method == 'POST' else None, Cookie=cookie)[0] == 405, method


def refused(path, **headers):
    try:
        WebSocket(server.port, path, **headers).close()
    except Refused as status:
        return status.args[0]
    return None


def sockets_want_cookie_and_origin():
    cookie = enter()
    for path in ('/socket/display', '/socket/control'):
        assert refused(path) == 403
        assert refused(path, Cookie=cookie[:-1]) == 403
        assert refused(path, Cookie=cookie, Origin='http://evil.example') == 403
        assert refused(path, Cookie=cookie, Origin=None) == 403
        assert refused(path, Cookie=cookie, Origin='null') == 403
        assert refused(path, Cookie=cookie, Host='evil.example', Origin='http://evil.example') == 403
        assert refused(path, Cookie=cookie) is None
    assert refused(f'/socket/display?token={server.address()[-32:]}') == 403


def the_screen_comes_through_for_two():
    first, second = (WebSocket(server.port, '/socket/display', Cookie=enter()) for _ in range(2))
    for client in (first, second):
        assert client.receive() == b'RFB 003.008\n'
        client.send(b'RFB 003.008\n')
        assert client.receive() == b'\x01\x01'  # one kind of security: none
        client.send(b'\x01')
        assert client.receive() == b'\0\0\0\0'
        client.send(b'\0')  # "not shared" throws nobody out here
        assert len(client.receive()) >= 24
    for client in (first, second):
        client.send(b'\x03\0' + b'\0\0\0\0' + b'\0\x10\0\x10')  # ask for 16 by 16 pixels
        assert client.receive()[0] == 0, 'no picture'
        client.close()


def whoever_leaves_at_once_does_no_harm():
    """The VNC server has something to say while the browser says that it leaves."""
    cookie = enter()
    for _ in range(100):
        client = WebSocket(server.port, '/socket/display', Cookie=cookie)
        assert client.receive() == b'RFB 003.008\n'
        client.send(b'RFB 003.008\n')
        client.send(b'\x03\xe8', opcode=8)
        client.close()
    assert get('/', Cookie=cookie)[0] == 200 and server.process.poll() is None, server.text


def buttons_do_what_they_say():
    one, two = (WebSocket(server.port, '/socket/control', Cookie=enter()) for _ in range(2))
    state = one.expect('state')
    assert state['state'] == 'running' and state['title'] == 'small' and state['can-stop'], state
    assert state['action'] is None and not state['is-up'], state
    assert state['booting-seconds'] >= 0, state
    for wrong in (b'{"action":"screen-size"}', b'{"action":"screen-size","width":-1,"height":[]}'):
        one.send(wrong, opcode=1)  # no size: nothing happens
    for wrong in (b'', b'{', b'[]', b'{"action":1}', b'{}'):
        one.send(wrong, opcode=1)
        assert 'unknown command' in one.expect('error')['message'], wrong
    one.order('explode')
    assert 'explode' in one.expect('error')['message']
    console = Console(home, bundle)
    console.say('echo still here')
    console.expect('still here')
    one.order('pause')
    for client in (one, two):  # what one does, all see
        state = client.expect('state', state='paused', action=None)
        assert state['can-resume'] and not state['can-pause'], state
    console.say('echo in between')
    two.order('resume')
    for client in (one, two):
        client.expect('state', state='running', action=None)
    console.expect('in between')
    expect(home.vz('pause', bundle), 0)  # by another program
    one.expect('state', state='paused')
    expect(home.vz('resume', bundle), 0)
    one.expect('state', state='running')
    one.order('stop')
    for client in (one, two):
        client.expect('state', action='stop')
        client.expect('state', state='stopped')
    assert server.wait() == 0, server.text
    assert not home.processes()


def what_is_shared(client):
    client.order('clipboard')
    return client.expect('clipboard')['state']


def attaches_to_a_running_machine():
    global server
    expect(home.vz('display', bundle, 'web'), 1, 'not running')
    expect(home.vz('run', '--detach', '--clipboard', bundle), 0)
    server = PageServer(home, 'display', bundle, 'web')
    client = WebSocket(server.port, '/socket/control', Cookie=enter())
    state = client.expect('state')
    assert state['state'] == 'running' and 'booting-seconds' not in state, state
    server.process.send_signal(signal.SIGINT)
    assert server.wait() == 0, server.text
    assert len(home.processes()) == 1, 'the machine ended with its page'
    server = PageServer(home, 'display', bundle, 'web')
    client = WebSocket(server.port, '/socket/control', Cookie=enter())
    # What was added for this run only is known to QEMU.
    assert what_is_shared(client) in ('no-agent', 'shared')
    eventually('the guest opens the port', 120, lambda: what_is_shared(client) == 'shared')
    client.order('save')
    assert 'its clipboard is shared' in client.expect('error')['message']
    client.expect('state', state='running', action=None)
    client.order('switch-off')
    client.expect('state', state='stopped')
    assert server.wait() == 0, server.text
    assert not home.processes()


def saving_tells_how_far_it_is():
    global server
    server = PageServer(home, 'run', '--display', 'web', bundle)
    client = WebSocket(server.port, '/socket/control', Cookie=enter())
    client.expect('state', state='running')
    assert what_is_shared(client) == 'not-shared'
    client.order('save')
    client.expect('state', action='save')
    client.expect('progress', **{'fraction-completed': 1})
    client.expect('state', state='stopped')
    assert server.wait() == 0, server.text
    server = PageServer(home, 'run', '--display', 'web', bundle)
    client = WebSocket(server.port, '/socket/control', Cookie=enter())
    assert 'booting-seconds' not in client.expect('state', state='running'), 'a guest that goes on does not boot'
    client.order('switch-off')
    client.expect('state', state='stopped')
    assert server.wait() == 0, server.text


def a_machine_without_a_screen_is_told():
    name = 'headless.bundle'
    small_guest(home, name, **{'graphics-devices': []})
    expect(home.vz('run', '--display', 'web', home.join(name)), 5, 'no display')
    expect(home.vz('run', '--detach', '--clipboard', home.join(name)), 5, '--clipboard', 'no display')
    assert not home.processes()


try:
    main([starts, nobody_gets_in_without_a_token, a_token_is_good_once, only_the_page_is_served,
          sockets_want_cookie_and_origin, the_screen_comes_through_for_two,
          whoever_leaves_at_once_does_no_harm, buttons_do_what_they_say,
          attaches_to_a_running_machine, saving_tells_how_far_it_is, a_machine_without_a_screen_is_told])
finally:
    home.close()
