/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Objective-C from C
 *
 * The runtime of Objective-C has a C interface: objc_msgSend () sends a message, once it is cast to
 * the type of the method that answers. The macros here make a typed C function of each method that
 * the programs use, so that
 *
 *   [configuration setCPUCount: 4]
 *
 * is VZVirtualMachineConfiguration_setCPUCount (configuration, 4), and each class is a type of its
 * own, so that the compiler refuses the wrong object.
 *
 * Ownership: what any of these functions returns belongs to the autorelease pool of the thread, new
 * objects too. Who keeps an object beyond that, or hands it to another thread, retains it. */

#ifndef APPLE_OBJC_H
#define APPLE_OBJC_H

#include <objc/message.h>
#include <objc/runtime.h>
#include <stdbool.h>
#include <stdint.h>

typedef long NSInteger;
typedef unsigned long NSUInteger;

static inline void *
retain (void *object)
{
  return ((void *(*) (void *, SEL)) objc_msgSend) (object, sel_registerName ("retain"));
}

static inline void
release (void *object)
{
  ((void (*) (void *, SEL)) objc_msgSend) (object, sel_registerName ("release"));
}

static inline void *
autorelease (void *object)
{
  return ((void *(*) (void *, SEL)) objc_msgSend) (object, sel_registerName ("autorelease"));
}

static inline void *
alloc (const char *class_name)
{
  return ((void *(*) (Class, SEL)) objc_msgSend) (objc_getClass (class_name),
                                                  sel_registerName ("alloc"));
}

/* Methods of objects: METHOD2 (void, Cat, feed_at, "feed:at:", Food *, Time *) is the function
 * Cat_feed_at (cat, food, time). */
#define METHOD0(R, C, name, selector) \
  static inline R C##_##name (C *self) \
  { \
    return ((R (*) (C *, SEL)) objc_msgSend) (self, sel_registerName (selector)); \
  }
#define METHOD1(R, C, name, selector, T1) \
  static inline R C##_##name (C *self, T1 a1) \
  { \
    return ((R (*) (C *, SEL, T1)) objc_msgSend) (self, sel_registerName (selector), a1); \
  }
#define METHOD2(R, C, name, selector, T1, T2) \
  static inline R C##_##name (C *self, T1 a1, T2 a2) \
  { \
    return ((R (*) (C *, SEL, T1, T2)) objc_msgSend) (self, sel_registerName (selector), a1, a2); \
  }
#define METHOD4(R, C, name, selector, T1, T2, T3, T4) \
  static inline R C##_##name (C *self, T1 a1, T2 a2, T3 a3, T4 a4) \
  { \
    return ((R (*) (C *, SEL, T1, T2, T3, T4)) objc_msgSend) (self, sel_registerName (selector), \
                                                              a1, a2, a3, a4); \
  }

/* Methods of classes. */
#define CLASS_METHOD0(R, C, name, selector) \
  static inline R C##_##name (void) \
  { \
    return ((R (*) (Class, SEL)) objc_msgSend) (objc_getClass (#C), sel_registerName (selector)); \
  }
#define CLASS_METHOD1(R, C, name, selector, T1) \
  static inline R C##_##name (T1 a1) \
  { \
    return ((R (*) (Class, SEL, T1)) objc_msgSend) (objc_getClass (#C), \
                                                    sel_registerName (selector), a1); \
  }
#define CLASS_METHOD2(R, C, name, selector, T1, T2) \
  static inline R C##_##name (T1 a1, T2 a2) \
  { \
    return ((R (*) (Class, SEL, T1, T2)) objc_msgSend) (objc_getClass (#C), \
                                                        sel_registerName (selector), a1, a2); \
  }
#define CLASS_METHOD3(R, C, name, selector, T1, T2, T3) \
  static inline R C##_##name (T1 a1, T2 a2, T3 a3) \
  { \
    return ((R (*) (Class, SEL, T1, T2, T3)) objc_msgSend) (objc_getClass (#C), \
                                                            sel_registerName (selector), a1, a2, \
                                                            a3); \
  }

/* New objects. */
#define NEW0(C) \
  static inline C *C##_new (void) \
  { \
    return autorelease (((C * (*) (C *, SEL)) objc_msgSend) (alloc (#C), \
                                                             sel_registerName ("init"))); \
  }
#define NEW1(C, name, selector, T1) \
  static inline C *C##_##name (T1 a1) \
  { \
    return autorelease (((C * (*) (C *, SEL, T1)) \
                           objc_msgSend) (alloc (#C), sel_registerName (selector), a1)); \
  }
#define NEW2(C, name, selector, T1, T2) \
  static inline C *C##_##name (T1 a1, T2 a2) \
  { \
    return autorelease (((C * (*) (C *, SEL, T1, T2)) \
                           objc_msgSend) (alloc (#C), sel_registerName (selector), a1, a2)); \
  }
#define NEW3(C, name, selector, T1, T2, T3) \
  static inline C *C##_##name (T1 a1, T2 a2, T3 a3) \
  { \
    return autorelease (((C * (*) (C *, SEL, T1, T2, T3)) \
                           objc_msgSend) (alloc (#C), sel_registerName (selector), a1, a2, a3)); \
  }
#define NEW4(C, name, selector, T1, T2, T3, T4) \
  static inline C *C##_##name (T1 a1, T2 a2, T3 a3, T4 a4) \
  { \
    return autorelease (((C * (*) (C *, SEL, T1, T2, T3, T4)) \
                           objc_msgSend) (alloc (#C), sel_registerName (selector), a1, a2, a3, \
                                          a4)); \
  }

#endif
