namespace System;

// Delegates cannot be allocated; the compiler looks these up.

public abstract class Delegate;

public abstract class MulticastDelegate : Delegate;
