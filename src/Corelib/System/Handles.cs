namespace System;

// What `ldtoken` leaves behind: constant data reaches RuntimeHelpers.CreateSpan by way of its field.

public readonly struct RuntimeTypeHandle;

public readonly struct RuntimeMethodHandle;

public readonly struct RuntimeFieldHandle;

/// <summary>Only a name for the compiler, in signatures of attributes.</summary>
public abstract class Type;

// ILC's stand-in for "any reference type" in shared generic code.
internal sealed class __Canon;
