using System.Text;

namespace Redoubt.Tool.Debian;

/// <summary>
/// The configured package sources that serve Debian's main section, in deb822 form (sources.list(5)), without a restriction to
/// architectures, so that another architecture's packages can be had from the same places with the same keys.
/// </summary>
public static class AptSources
{
    private static readonly string[] s_dropped = ["Architectures", "Types", "Enabled"];

    /// <summary>Reads a machine's configuration.</summary>
    /// <param name="folder">apt's folder of settings, <c>/etc/apt</c>.</param>
    /// <returns>Source entries; empty if no source serves Debian.</returns>
    public static string Read(string folder)
    {
        StringBuilder entries = new();
        string list = Path.Combine(folder, "sources.list");
        if (File.Exists(list))
            Append(entries, ParseOneLine(File.ReadLines(list)));
        string parts = Path.Combine(folder, "sources.list.d");
        if (Directory.Exists(parts))
        {
            foreach (string file in Directory.EnumerateFiles(parts).Order(StringComparer.Ordinal))
            {
                if (file.EndsWith(".list", StringComparison.Ordinal))
                    Append(entries, ParseOneLine(File.ReadLines(file)));
                else if (file.EndsWith(".sources", StringComparison.Ordinal))
                    Append(entries, ParseStanzas(File.ReadLines(file)));
            }
        }

        return entries.ToString();
    }

    /// <summary>Entries of the one-line form: <c>deb [option=value ...] URI SUITE COMPONENT...</c>.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> ParseOneLine(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string text = line.Split('#')[0].Trim();
            Dictionary<string, string> entry = new(StringComparer.OrdinalIgnoreCase);
            string[] words = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length < 2)
                continue;
            string rest = words[1];
            if (rest.StartsWith('['))
            {
                int end = rest.IndexOf(']', StringComparison.Ordinal);
                if (end < 0)
                    continue;
                foreach (string option in rest[1..end].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                {
                    string[] pair = option.Split('=', 2);
                    if (pair.Length == 2)
                        entry[FieldOf(pair[0])] = pair[1].Replace(',', ' ');
                }

                rest = rest[(end + 1)..];
            }

            string[] places = rest.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (places.Length < 3)
                continue;
            entry["Types"] = words[0];
            entry["URIs"] = places[0];
            entry["Suites"] = places[1];
            entry["Components"] = string.Join(' ', places[2..]);
            yield return entry;
        }
    }

    /// <summary>Entries of the deb822 form: stanzas of fields, separated by empty lines; a value may go on in indented lines.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> ParseStanzas(IEnumerable<string> lines)
    {
        Dictionary<string, string> entry = new(StringComparer.OrdinalIgnoreCase);
        string field = "";
        foreach (string line in lines.Append(""))
        {
            if (line.StartsWith('#'))
                continue;
            if (string.IsNullOrWhiteSpace(line))
            {
                if (entry.Count > 0)
                    yield return entry;
                entry = new(StringComparer.OrdinalIgnoreCase);
            }
            else if (char.IsWhiteSpace(line[0]))
            {
                if (entry.ContainsKey(field))
                    entry[field] += "\n" + line.TrimEnd();
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon)
            {
                field = line[..colon].Trim();
                entry[field] = line[(colon + 1)..].Trim();
            }
        }
    }

    private static void Append(StringBuilder entries, IEnumerable<IReadOnlyDictionary<string, string>> parsed)
    {
        foreach (IReadOnlyDictionary<string, string> entry in parsed.Where(ServesDebian))
        {
            entries.Append("Types: deb\n");
            foreach ((string field, string value) in entry)
            {
                if (!s_dropped.Contains(field, StringComparer.OrdinalIgnoreCase))
                    entries.Append(field).Append(": ").Append(value).Append('\n');
            }

            entries.Append('\n');
        }
    }

    /// <summary>Debian's archive is known by its key or by the name of the mirror's folder: other archives have a main section, too.</summary>
    private static bool ServesDebian(IReadOnlyDictionary<string, string> entry)
    {
        return Words(entry, "Types").Contains("deb")
            && Words(entry, "Components").Contains("main")
            && !Words(entry, "Enabled").Any(word => word is "no" or "false")
            && (Words(entry, "Signed-By").Any(key => Path.GetFileName(key).StartsWith("debian-archive", StringComparison.Ordinal))
                || Words(entry, "URIs").Any(IsDebianMirror));
    }

    private static bool IsDebianMirror(string uri)
    {
        return !uri.StartsWith("cdrom:", StringComparison.Ordinal)
            && uri.Split('/').Any(part => part is "debian" or "debian-security");
    }

    private static string[] Words(IReadOnlyDictionary<string, string> entry, string field)
    {
        return entry.TryGetValue(field, out string? value)
            ? value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            : [];
    }

    /// <summary>Name in a stanza of an option in the one-line form.</summary>
    private static string FieldOf(string option)
    {
        return option.ToLowerInvariant() switch
        {
            "arch" => "Architectures",
            "signed-by" => "Signed-By",
            "trusted" => "Trusted",
            "check-valid-until" => "Check-Valid-Until",
            _ => option,
        };
    }
}
