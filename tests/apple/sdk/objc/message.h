/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of Apple's <objc/message.h>. */
#ifndef SDK_OBJC_MESSAGE_H
#define SDK_OBJC_MESSAGE_H
#include <objc/objc.h>
/* Of no type: must be cast to the method's before it is called. */
void objc_msgSend (void);
#endif
