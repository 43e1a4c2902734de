namespace System;

/// <summary>The root of all types. It has no virtual methods: nothing freestanding has a virtual table to fill.</summary>
public class Object
{
#pragma warning disable CS0169 // The compiler places the type's descriptor here.
    private readonly IntPtr _methodTable;
#pragma warning restore CS0169
}
