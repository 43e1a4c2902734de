namespace System;

// The compiler knows the layout of the primitive types; they need no fields.

public readonly struct Byte
{
    public const byte MinValue = 0;
    public const byte MaxValue = 0xff;
}

public readonly struct SByte
{
    public const sbyte MinValue = -0x80;
    public const sbyte MaxValue = 0x7f;
}

public readonly struct UInt16
{
    public const ushort MinValue = 0;
    public const ushort MaxValue = 0xffff;
}

public readonly struct Int16
{
    public const short MinValue = -0x8000;
    public const short MaxValue = 0x7fff;
}

public readonly struct UInt32
{
    public const uint MinValue = 0;
    public const uint MaxValue = 0xffff_ffff;
}

public readonly struct Int32
{
    public const int MinValue = -0x8000_0000;
    public const int MaxValue = 0x7fff_ffff;
}

public readonly struct UInt64
{
    public const ulong MinValue = 0;
    public const ulong MaxValue = 0xffff_ffff_ffff_ffff;
}

public readonly struct Int64
{
    public const long MinValue = -0x8000_0000_0000_0000;
    public const long MaxValue = 0x7fff_ffff_ffff_ffff;
}

public readonly struct UIntPtr;

public readonly struct IntPtr;
