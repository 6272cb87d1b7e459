/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "window.h"

#include "appkit.h"
#include "callback-object.h"
#include "settings.h"

/* ---- What AppKit calls ----------------------------------------------------------------------- */

static void
did_finish_launching (id self, SEL selector, void *notification)
{
  const WindowEvents *events = callback_context (self);

  events->launched (events->context);
}

static NSUInteger
should_terminate (id self, SEL selector, NSApplication *application)
{
  const WindowEvents *events = callback_context (self);

  return events->should_quit (events->context) ? NSTerminateNow : NSTerminateLater;
}

static BOOL
should_terminate_after_last_window (id self, SEL selector, NSApplication *application)
{
  return true;
}

static const Callback application_callbacks[] = {
  { "applicationDidFinishLaunching:", (IMP) did_finish_launching, "v@:@" },
  { "applicationShouldTerminate:", (IMP) should_terminate, "Q@:@" },
  { "applicationShouldTerminateAfterLastWindowClosed:", (IMP) should_terminate_after_last_window,
    "B@:@" },
};

/* ---- What the user sees ---------------------------------------------------------------------- */

static NSMenu *
make_menu (void)
{
  NSMenu *bar = NSMenu_new (), *menu = NSMenu_new ();
  NSMenuItem *application = NSMenuItem_new ();
  NSMenuItem *quit = NSMenuItem_with_title (NSString_with_utf8 ("Quit VirtualMachineApp"),
                                            sel_registerName ("terminate:"),
                                            NSString_with_utf8 ("q"));

  NSMenu_addItem (menu, quit);
  NSMenuItem_setSubmenu (application, menu);
  NSMenu_addItem (bar, application);
  return bar;
}

static VZVirtualMachineView *
make_view (VZVirtualMachine *machine)
{
  VZVirtualMachineView *view = VZVirtualMachineView_new ();

  VZVirtualMachineView_setVirtualMachine (view, machine);
  VZVirtualMachineView_setCapturesSystemKeys (view, true);
  if (is_macos_14 ())
    VZVirtualMachineView_setAutomaticallyReconfiguresDisplay (view, true);
  return view;
}

static NSWindow *
make_window (VZVirtualMachineView *view)
{
  NSRect half = { 0, 0, DISPLAY_WIDTH / 2, DISPLAY_HEIGHT / 2 };
  NSWindow *window =
    NSWindow_with_content_rect (half,
                                NSWindowStyleMaskTitled | NSWindowStyleMaskClosable |
                                  NSWindowStyleMaskMiniaturizable | NSWindowStyleMaskResizable,
                                NSBackingStoreBuffered, false);

  NSWindow_setReleasedWhenClosed (window, false);
  NSWindow_setTitle (window, NSString_with_utf8 ("Virtual Machine"));
  NSWindow_setContentView (window, view);
  NSWindow_makeFirstResponder (window, view);
  NSWindow_center (window);
  return window;
}

void
window_run (VZVirtualMachine *machine, const WindowEvents *events)
{
  NSAutoreleasePool *pool = NSAutoreleasePool_new (); /* keeps the window while it is there */
  NSApplication *application = NSApplication_sharedApplication ();
  id delegate = callback_object_new ("VzApplicationDelegate", application_callbacks,
                                     sizeof application_callbacks / sizeof (Callback),
                                     (void *) events);
  NSWindow *window;

  NSApplication_setActivationPolicy (application, NSApplicationActivationPolicyRegular);
  NSApplication_setDelegate (application, delegate);
  NSApplication_setMainMenu (application, make_menu ());
  window = make_window (make_view (machine));
  NSWindow_makeKeyAndOrderFront (window, NULL);
  NSApplication_activate (application, true);
  NSApplication_run (application);
  NSAutoreleasePool_drain (pool);
}

void
window_quit (void)
{
  NSApplication_terminate (NSApplication_sharedApplication (), NULL);
}

void
window_allow_quit (bool allow)
{
  NSApplication_replyToShouldTerminate (NSApplication_sharedApplication (), allow);
}
