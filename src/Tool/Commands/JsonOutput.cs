using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Redoubt.Tool.Commands;

/// <summary>The option <c>--json FILE</c> of commands that give figures.</summary>
public static class JsonOutput
{
    private static readonly JsonSerializerOptions s_settings = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Makes the option.</summary>
    public static Option<string?> Create()
    {
        return new Option<string?>("--json") { HelpName = "FILE", Description = "also write the figures to FILE, as JSON" };
    }

    /// <summary>Writes <paramref name="figures"/>, if the option is given.</summary>
    public static void Write<T>(string? path, T figures)
    {
        if (path is not null)
            Files.Write(path, temporary => File.WriteAllText(temporary, JsonSerializer.Serialize(figures, s_settings) + "\n"));
    }
}
