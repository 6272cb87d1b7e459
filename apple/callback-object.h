/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Objects that the frameworks call: delegates and observers. Their classes are made when the
 * program runs, and their methods are functions. */

#ifndef APPLE_CALLBACK_OBJECT_H
#define APPLE_CALLBACK_OBJECT_H

#include <stddef.h>

#include "foundation.h"

typedef struct {
  const char *selector;
  IMP function;
  const char *types; /* of result and arguments, as the runtime writes them */
} Callback;

/* A new object, the caller's, of the class @class_name, which is made with the first one.
 * @context: for the functions; must live as long as the object. */
id callback_object_new (const char *class_name, const Callback *callbacks, size_t count,
                        void *context);
void *callback_context (id object);

#endif
