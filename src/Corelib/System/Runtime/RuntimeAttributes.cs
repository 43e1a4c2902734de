namespace System.Runtime;

/// <summary>
/// A call to a symbol of an assembly or C source: a bare <c>bl</c>. The method is <c>static extern</c>, the library is <c>"*"</c>,
/// and <c>[MethodImpl(MethodImplOptions.InternalCall)]</c> stands beside it.
/// </summary>
public sealed class RuntimeImportAttribute(string library, string entry) : Attribute
{
    public string Library => library;
    public string EntryPoint => entry;
}

/// <summary>Gives a method a symbol of its own, and keeps it: an entry point for assembly or C.</summary>
public sealed class RuntimeExportAttribute(string entry) : Attribute
{
    public string EntryPoint => entry;
}
