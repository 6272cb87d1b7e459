/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of Apple's <objc/objc.h>. */
#ifndef SDK_OBJC_OBJC_H
#define SDK_OBJC_OBJC_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
typedef struct objc_class *Class;
typedef struct objc_object *id;
typedef struct objc_selector *SEL;
typedef void (*IMP) (void);
typedef bool BOOL;
SEL sel_registerName (const char *name);
#endif
