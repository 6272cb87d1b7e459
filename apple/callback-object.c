/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "callback-object.h"

#define VARIABLE "context"

static void
make_class (const char *name, const Callback *callbacks, size_t count)
{
  Class class = objc_allocateClassPair (objc_getClass ("NSObject"), name, 0);
  uint8_t alignment = _Alignof(void *) == 8 ? 3 : 2; /* the power of two */

  class_addIvar (class, VARIABLE, sizeof (void *), alignment, "^v");
  for (size_t i = 0; i < count; i++)
    class_addMethod (class, sel_registerName (callbacks[i].selector), callbacks[i].function,
                     callbacks[i].types);
  objc_registerClassPair (class);
}

static void **
find_context (id object)
{
  Ivar variable = class_getInstanceVariable (object_getClass (object), VARIABLE);

  return (void **) ((char *) object + ivar_getOffset (variable));
}

id
callback_object_new (const char *class_name, const Callback *callbacks, size_t count, void *context)
{
  id object;

  if (objc_getClass (class_name) == NULL)
    make_class (class_name, callbacks, count);
  object = ((id (*) (void *, SEL)) objc_msgSend) (alloc (class_name), sel_registerName ("init"));
  *find_context (object) = context;
  return object;
}

void *
callback_context (id object)
{
  return *find_context (object);
}
