/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Shows @address in the user's browser. All users of the host can see a browser's command line, but
 * an address with a token is secret: so the browser gets a file of this user, whose name is
 * returned for browser_forget(). NULL if there is no browser. */
char *browser_open (VzBundle *bundle, const char *address);
void browser_forget (char *file);

G_END_DECLS
