namespace Redoubt.Image;

/// <summary>How the segments of a program become areas and mappings.</summary>
internal static class ProgramSegments
{
    public static Access AccessOf(ElfSegment segment) =>
        Access.Read | (segment.Writable ? Access.Write : 0) | (segment.Executable ? Access.Execute : 0);

    public static string Purpose(ElfSegment segment) =>
        segment.Executable ? "code" : segment.Writable ? "data" : "constants";

    /// <summary>The areas of a segment and their offsets in it: what the file has, then pages of zero.</summary>
    public static IEnumerable<(Area Area, ulong Offset)> Areas(string owner, ElfSegment segment, Position at)
    {
        ulong stored = ((ulong)segment.Content.Length).AlignUp(Units.Page);
        if (stored > 0)
            yield return (new Area(owner, Purpose(segment), stored, Storage.File, at) { Content = segment.Content }, 0);
        if (segment.Size > stored)
            yield return (new Area(owner, "zeroed data", segment.Size - stored, Storage.Zero, at), stored);
    }
}
