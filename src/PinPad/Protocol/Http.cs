using System;

namespace Redoubt.PinPad.Protocol;

/// <summary>HTTP/1.1 (RFC 9112) as far as docs/pin-entry.md has it: one kind of request, one kind of answer.</summary>
public static class Http
{
    /// <summary>The longest head of an answer.</summary>
    public const int LongestHead = 1024;

    /// <summary>What has been read of an answer.</summary>
    public enum Progress
    {
        /// <summary>It goes on.</summary>
        More,

        /// <summary>It is whole.</summary>
        Whole,

        /// <summary>It is none that is accepted.</summary>
        Refused,
    }

    /// <summary>Writes the head of a request; returns its size, 0 if it does not fit.</summary>
    public static int WriteRequest(Span<byte> output, scoped ReadOnlySpan<byte> host)
    {
        int at = 0;
        bool fits = Append(output, ref at, "POST /pin-entry/1 HTTP/1.1\r\nHost: "u8)
            && Append(output, ref at, host)
            && Append(output, ref at, "\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: 512\r\n\r\n"u8);
        return fits ? at : 0;
    }

    /// <summary>Looks at all that has come of an answer so far.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="body">Where the body begins, if the answer is whole. It then ends where the bytes end.</param>
    public static Progress Read(ReadOnlySpan<byte> bytes, out int body)
    {
        body = 0;
        int at = 0;
        bool typed = false, sized = false;
        for (int line = 0; ; line++)
        {
            int end = EndOfLine(bytes.Slice(0, bytes.Length < LongestHead ? bytes.Length : LongestHead), at);
            if (end < 0)
                return end == Bad || bytes.Length >= LongestHead ? Progress.Refused : Progress.More;
            ReadOnlySpan<byte> text = bytes.Slice(at, end - at);
            at = end + 2;
            if (line == 0)
            {
                if (!IsStatusOk(text))
                    return Progress.Refused;
            }
            else if (text.IsEmpty)
            {
                break;
            }
            else if (!TakeField(text, ref typed, ref sized))
            {
                return Progress.Refused;
            }
        }

        if (!typed || !sized || bytes.Length - at > Frame.Size)
            return Progress.Refused;
        body = at;
        return bytes.Length - at == Frame.Size ? Progress.Whole : Progress.More;
    }

    private const int Unfinished = -1, Bad = -2;

    // The place of CR LF; a bare CR or LF, or another control, is none of HTTP's.
    private static int EndOfLine(ReadOnlySpan<byte> bytes, int at)
    {
        for (; at < bytes.Length; at++)
        {
            if (bytes[at] == '\r')
                return at + 1 == bytes.Length ? Unfinished : bytes[at + 1] == '\n' ? at : Bad;
            if (bytes[at] is < 0x20 or >= 0x7f)
                return Bad;
        }

        return Unfinished;
    }

    private static bool IsStatusOk(ReadOnlySpan<byte> line) =>
        StartsWith(line, "HTTP/1.1 200"u8) && (line.Length == 12 || line[12] == ' ');

    private static bool TakeField(ReadOnlySpan<byte> line, ref bool typed, ref bool sized)
    {
        int colon = 0;
        while (colon < line.Length && line[colon] != ':')
        {
            // A field's name is a token (RFC 9110, 5.6.2); a space before the colon is an old way to smuggle.
            if (line[colon] is (byte)' ' or (byte)'"' or (byte)'(' or (byte)')' or (byte)',' or (byte)'/' or (byte)';' or (byte)'<' or (byte)'=' or (byte)'>' or (byte)'?' or (byte)'@'
                or (byte)'[' or (byte)'\\' or (byte)']' or (byte)'{' or (byte)'}')
                return false;
            colon++;
        }

        if (colon == 0 || colon == line.Length)
            return false;
        ReadOnlySpan<byte> name = line.Slice(0, colon), value = Trim(line.Slice(colon + 1));
        if (IsName(name, "content-length"u8))
            return Once(ref sized) && Characters.IsSame(value, "512"u8);
        if (IsName(name, "content-type"u8))
            return Once(ref typed) && Characters.IsSame(value, "application/vnd.redoubt.pin-entry"u8);
        return !IsName(name, "transfer-encoding"u8);
    }

    private static bool Once(ref bool seen)
    {
        if (seen)
            return false;
        seen = true;
        return true;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        int start = 0, end = text.Length;
        while (start < end && text[start] == ' ')
            start++;
        while (end > start && text[end - 1] == ' ')
            end--;
        return text.Slice(start, end - start);
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) =>
        text.Length >= start.Length && Characters.IsSame(text.Slice(0, start.Length), start);

    // Names don't care about case; the wanted one is in small letters.
    private static bool IsName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> wanted)
    {
        if (name.Length != wanted.Length)
            return false;
        for (int i = 0; i < name.Length; i++)
            if ((name[i] is >= (byte)'A' and <= (byte)'Z' ? name[i] | 0x20 : name[i]) != wanted[i])
                return false;
        return true;
    }

    private static bool Append(Span<byte> output, ref int at, scoped ReadOnlySpan<byte> text)
    {
        if (text.Length > output.Length - at)
            return false;
        text.CopyTo(output.Slice(at));
        at += text.Length;
        return true;
    }
}
