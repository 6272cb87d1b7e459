/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* As NSProgress: any thread may use it, and observers are told on the thread that changes it. */

#import "standin.h"

@implementation StandinProgress

- (id)init
{
  _lock = [[NSLock alloc] init];
  return self;
}

- (double)fractionCompleted
{
  return _fraction;
}

- (BOOL)isCancelled
{
  return _cancelled;
}

- (void)cancel
{
  record (@"NSProgress cancel");
  _cancelled = YES;
}

- (void)addObserver:(NSObject *)observer
         forKeyPath:(NSString *)key
            options:(NSKeyValueObservingOptions)options
            context:(void *)context
{
  record (@"NSProgress addObserver: %@ forKeyPath: %@ options: %lu", [observer class], key,
          options);
  if (![observer
        respondsToSelector:@selector (observeValueForKeyPath:ofObject:change:context:)])
    raise_exception (@"the observer does not observe");
  if (![key isEqualToString:@"fractionCompleted"] || _observer != nil)
    raise_exception (@"the stand-in has one observer of one key");
  _observer = observer; /* not kept */
  _key = [key copy];
}

- (void)removeObserver:(NSObject *)observer forKeyPath:(NSString *)key
{
  record (@"NSProgress removeObserver: %@ forKeyPath: %@", [observer class], key);
  if (observer != _observer || ![key isEqualToString:_key])
    raise_exception (@"not registered as an observer");
  [_lock lock];
  _observer = nil;
  [_lock unlock];
}

- (void)advance:(double)fraction
{
  record (@"NSProgress fractionCompleted is %.2f", fraction);
  [_lock lock];
  _fraction = fraction;
  [_observer observeValueForKeyPath:_key
                           ofObject:self
                             change:[NSDictionary dictionary]
                            context:NULL];
  [_lock unlock];
}

- (void)dealloc
{
  if (_observer != nil)
    raise_exception (@"NSProgress was deallocated while key value observers were still registered");
  [_lock release];
  [_key release];
  [super dealloc];
}

@end
