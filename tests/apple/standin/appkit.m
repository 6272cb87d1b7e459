/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The part of AppKit that the application uses, as its documentation describes it, and the
 * framework's view. Nothing is drawn. */

#import "standin.h"

#include <pthread.h>
#include <stdlib.h>

@interface NSMenuItem : StandinObject
{
  NSString *_title, *_key;
  SEL _action;
  id _submenu;
}
@end

@interface NSMenu : StandinObject
{
  NSMutableArray *_items;
}
@end

@interface NSView : StandinObject
@end

@interface VZVirtualMachineView : NSView
{
  VZVirtualMachine *_machine;
}
@end

@interface NSWindow : StandinObject
{
  NSView *_view;
}
@end

@interface NSApplication : StandinObject
{
  id _delegate; /* not kept */
  NSMenu *_menu;
  BOOL _running, _waiting;
}
@end

@interface NSObject (NSApplicationDelegate)
- (void)applicationDidFinishLaunching:(id)notification;
- (NSUInteger)applicationShouldTerminate:(NSApplication *)application;
@end

static void
check_main_thread (const char *what)
{
  if (current_queue () != dispatch_get_main_queue ())
    raise_exception (@"%s must be used on the main thread only", what);
}

@implementation NSMenuItem

- (id)init
{
  record (@"NSMenuItem init");
  return self;
}

- (id)initWithTitle:(NSString *)title action:(SEL)action keyEquivalent:(NSString *)key
{
  record (@"NSMenuItem initWithTitle: %@ action: %s keyEquivalent: %@", title, sel_getName (action),
          key);
  _title = [title copy];
  _key = [key copy];
  _action = action;
  return self;
}

- (void)setSubmenu:(NSMenu *)menu
{
  record (@"NSMenuItem setSubmenu:");
  [_submenu autorelease];
  _submenu = [menu retain];
}

- (void)dealloc
{
  [_title release];
  [_key release];
  [_submenu release];
  [super dealloc];
}

@end

@implementation NSMenu

- (id)init
{
  record (@"NSMenu init");
  _items = [[NSMutableArray alloc] init];
  return self;
}

- (void)addItem:(NSMenuItem *)item
{
  record (@"NSMenu addItem:");
  [_items addObject:item];
}

- (void)dealloc
{
  [_items release];
  [super dealloc];
}

@end

@implementation NSView
@end

@implementation VZVirtualMachineView

- (id)init
{
  check_main_thread ("a view");
  record (@"VZVirtualMachineView init");
  return self;
}

- (void)setVirtualMachine:(VZVirtualMachine *)machine
{
  record (@"VZVirtualMachineView setVirtualMachine:");
  if ([machine queueOfMachine] != dispatch_get_main_queue ())
    raise_exception (@"the view's machine is not on the main queue");
  [_machine autorelease];
  _machine = [machine retain];
}

- (void)setCapturesSystemKeys:(BOOL)captures
{
  record (@"VZVirtualMachineView setCapturesSystemKeys: %d", captures);
}

- (void)setAutomaticallyReconfiguresDisplay:(BOOL)reconfigures
{
  if (!is_macos (14))
    raise_exception (@"unrecognized selector setAutomaticallyReconfiguresDisplay:");
  record (@"VZVirtualMachineView setAutomaticallyReconfiguresDisplay: %d", reconfigures);
}

- (void)dealloc
{
  [_machine release];
  [super dealloc];
}

@end

@implementation NSWindow

- (id)initWithContentRect:(NSRect)rect
                styleMask:(NSUInteger)style
                  backing:(NSUInteger)backing
                    defer:(BOOL)defer
{
  check_main_thread ("a window");
  record (@"NSWindow initWithContentRect: %.0f %.0f %.0f %.0f styleMask: %lu backing: %lu "
          @"defer: %d",
          rect.origin.x, rect.origin.y, rect.size.width, rect.size.height, style, backing, defer);
  return self;
}

- (void)setReleasedWhenClosed:(BOOL)released
{
  record (@"NSWindow setReleasedWhenClosed: %d", released);
}

- (void)setTitle:(NSString *)title
{
  record (@"NSWindow setTitle: %@", title);
}

- (void)setContentView:(NSView *)view
{
  record (@"NSWindow setContentView: %@", [view class]);
  [_view autorelease];
  _view = [view retain];
}

- (BOOL)makeFirstResponder:(NSView *)view
{
  record (@"NSWindow makeFirstResponder: %@", [view class]);
  if (view != _view)
    raise_exception (@"the view is not in the window");
  return YES;
}

- (void)center
{
  record (@"NSWindow center");
}

/* A window on the screen is kept by the application. */
- (void)makeKeyAndOrderFront:(id)sender
{
  record (@"NSWindow makeKeyAndOrderFront:");
  [self retain];
}

- (void)dealloc
{
  [_view release];
  [super dealloc];
}

@end

@implementation NSApplication

static NSApplication *shared;

+ (NSApplication *)sharedApplication
{
  check_main_thread ("the application");
  if (shared == nil)
    {
      record (@"NSApplication sharedApplication");
      shared = [[self alloc] init];
    }
  return shared;
}

- (BOOL)setActivationPolicy:(NSInteger)policy
{
  record (@"NSApplication setActivationPolicy: %ld", policy);
  return YES;
}

- (void)setDelegate:(id)delegate
{
  record (@"NSApplication setDelegate: %@", [delegate class]);
  _delegate = delegate;
}

- (void)setMainMenu:(NSMenu *)menu
{
  record (@"NSApplication setMainMenu:");
  _menu = [menu retain];
}

- (void)activateIgnoringOtherApps:(BOOL)ignoring
{
  record (@"NSApplication activateIgnoringOtherApps: %d", ignoring);
}

- (void)run
{
  volatile BOOL never = NO;

  record (@"NSApplication run");
  _running = YES;
  dispatch_async (dispatch_get_main_queue (), ^{
    [_delegate applicationDidFinishLaunching:nil];
  });
  serve_main_queue (&never);
}

- (void)end
{
  record (@"NSApplication ends the program");
  exit (0);
}

- (void)terminate:(id)sender
{
  NSUInteger reply;

  check_main_thread ("terminate:");
  record (@"NSApplication terminate:");
  if (!_running || _waiting)
    raise_exception (@"undefined: terminate: before the application runs, or while it ends");
  reply = [_delegate applicationShouldTerminate:self];
  record (@"NSApplication is told %lu", reply);
  if (reply == 1)
    [self end];
  _waiting = reply == 2;
}

- (void)replyToApplicationShouldTerminate:(BOOL)allow
{
  check_main_thread ("replyToApplicationShouldTerminate:");
  record (@"NSApplication replyToApplicationShouldTerminate: %d", allow);
  if (!_waiting)
    raise_exception (@"the application did not ask whether it should terminate");
  _waiting = NO;
  if (allow)
    [self end];
}

- (BOOL)isRunning
{
  return _running;
}

- (BOOL)isWaiting
{
  return _waiting;
}

@end

/* The user chooses Quit from the menu. */
void
choose_quit (void)
{
  dispatch_async (dispatch_get_main_queue (), ^{
    if ([shared isRunning] && ![shared isWaiting])
      [shared terminate:nil];
  });
}
