using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.Drawing;

/// <summary>The atlas that is part of the program.</summary>
public static class BuiltAtlas
{
    /// <summary>Its address.</summary>
    [RuntimeImport("*", "redoubt_atlas"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Address();
}
