/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The classes of Apple's AppKit that the application uses, and the framework's view. */

#ifndef APPLE_APPKIT_H
#define APPLE_APPKIT_H

#include "virtualization.h"

typedef struct NSApplication NSApplication;
typedef struct NSMenu NSMenu;
typedef struct NSMenuItem NSMenuItem;
typedef struct NSWindow NSWindow;
typedef struct VZVirtualMachineView VZVirtualMachineView;

typedef struct {
  double x, y, width, height;
} NSRect;

enum { NSApplicationActivationPolicyRegular = 0 };
enum { NSBackingStoreBuffered = 2 };
enum { /* NSApplicationTerminateReply */
       NSTerminateCancel,
       NSTerminateNow,
       NSTerminateLater,
};
enum { /* NSWindowStyleMask */
       NSWindowStyleMaskTitled = 1,
       NSWindowStyleMaskClosable = 2,
       NSWindowStyleMaskMiniaturizable = 4,
       NSWindowStyleMaskResizable = 8,
};

CLASS_METHOD0 (NSApplication *, NSApplication, sharedApplication, "sharedApplication")
METHOD1 (void, NSApplication, setDelegate, "setDelegate:", id)
METHOD1 (BOOL, NSApplication, setActivationPolicy, "setActivationPolicy:", NSInteger)
METHOD1 (void, NSApplication, setMainMenu, "setMainMenu:", NSMenu *)
METHOD1 (void, NSApplication, activate, "activateIgnoringOtherApps:", BOOL)
METHOD0 (void, NSApplication, run, "run")
METHOD1 (void, NSApplication, terminate, "terminate:", id)
METHOD1 (void, NSApplication, replyToShouldTerminate, "replyToApplicationShouldTerminate:", BOOL)

NEW0 (NSMenu)
METHOD1 (void, NSMenu, addItem, "addItem:", NSMenuItem *)

NEW0 (NSMenuItem)
NEW3 (NSMenuItem, with_title, "initWithTitle:action:keyEquivalent:", NSString *, SEL, NSString *)
METHOD1 (void, NSMenuItem, setSubmenu, "setSubmenu:", NSMenu *)

NEW4 (NSWindow, with_content_rect, "initWithContentRect:styleMask:backing:defer:", NSRect,
      NSUInteger, NSUInteger, BOOL)
METHOD1 (void, NSWindow, setReleasedWhenClosed, "setReleasedWhenClosed:", BOOL)
METHOD1 (void, NSWindow, setTitle, "setTitle:", NSString *)
METHOD1 (void, NSWindow, setContentView, "setContentView:", VZVirtualMachineView *)
METHOD1 (BOOL, NSWindow, makeFirstResponder, "makeFirstResponder:", VZVirtualMachineView *)
METHOD0 (void, NSWindow, center, "center")
METHOD1 (void, NSWindow, makeKeyAndOrderFront, "makeKeyAndOrderFront:", id)

NEW0 (VZVirtualMachineView)
METHOD1 (void, VZVirtualMachineView, setVirtualMachine, "setVirtualMachine:", VZVirtualMachine *)
METHOD1 (void, VZVirtualMachineView, setCapturesSystemKeys, "setCapturesSystemKeys:", BOOL)
METHOD1 (void, VZVirtualMachineView, setAutomaticallyReconfiguresDisplay,
         "setAutomaticallyReconfiguresDisplay:", BOOL)

#endif
