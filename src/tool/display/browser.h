/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Shows @address in the user's browser. The command line of a browser is for every user of the host
 * to see, and an address with a token is not: so the browser is given a file of this user's, whose
 * name is returned for browser_forget(). NULL when there is no browser. */
char *browser_open (VzBundle *bundle, const char *address);
void browser_forget (char *file);

G_END_DECLS
