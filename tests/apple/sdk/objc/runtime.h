/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of Apple's <objc/runtime.h>. */
#ifndef SDK_OBJC_RUNTIME_H
#define SDK_OBJC_RUNTIME_H
#include <objc/objc.h>
typedef struct objc_ivar *Ivar;
Class objc_getClass (const char *name);
Class objc_allocateClassPair (Class superclass, const char *name, size_t extra_bytes);
void objc_registerClassPair (Class class);
bool class_addIvar (Class class, const char *name, size_t size, uint8_t alignment,
                    const char *types);
bool class_addMethod (Class class, SEL name, IMP function, const char *types);
Ivar class_getInstanceVariable (Class class, const char *name);
Class object_getClass (id object);
ptrdiff_t ivar_getOffset (Ivar variable);
#endif
