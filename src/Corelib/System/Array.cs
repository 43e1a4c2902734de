namespace System;

// Arrays cannot be allocated; both types are here because the compiler derives every T[] from them.

public abstract class Array;

internal class Array<T> : Array;
