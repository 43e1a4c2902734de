using Redoubt.Abi;
using Redoubt.Image;

namespace Redoubt.Proof.Check;

/// <summary>
/// The path between a person and a partition that takes secrets: display, keys and touch are reached by <c>ui</c> alone, <c>ui</c> and the entries by each other
/// alone, but for named ways out. It is about the description; that tables and configuration grant that and nothing else is <c>config</c>'s to show.
/// </summary>
/// <param name="image">The image.</param>
/// <param name="board">Its board, which says what a person sees and touches.</param>
/// <param name="facts">Collects.</param>
internal sealed class TrustedPath(CheckedImage image, Board board, Facts facts)
{
    private const string Rule = "trusted-path";

    private readonly SystemMap _map = image.Map;

    /// <summary>Entries: partitions with a screen that are no guest of a monitor.</summary>
    private readonly string[] _entries = [.. image.Map.Screens.Select(screen => screen.Client).Where(client => image.Map.Partitions.First(partition => partition.Name == client).Kind != PartitionKind.Guest)];

    /// <summary>Looks at an image whose description contradicts neither itself nor the board.</summary>
    /// <returns>What there is of it, for people.</returns>
    public static string Run(CheckedImage image, Board board, Facts facts)
    {
        TrustedPath path = new(image, board, facts);
        if (path._entries.Length == 0)
            return "no partition that takes secrets has a screen, so there is nothing to show";
        string ui = image.Map.Screens[0].Ui;
        path.Devices(ui);
        path.Memory(ui);
        foreach (PlacedChannel channel in image.Map.Channels)
        {
            path.Channel(ui, channel);
        }

        foreach (string entry in path._entries)
        {
            path.Entry(entry);
        }

        string relays = string.Join(", ", image.Map.Channels.Where(channel => path._entries.Contains(channel.First) || path._entries.Contains(channel.Second))
            .Where(channel => channel.Kind == ChannelKind.Serial).Select(channel => $"{channel.First} and {channel.Second} by \"{channel.Name}\""));
        return $"{string.Join(", ", board.Display!.Devices)} - {ui} - {string.Join(", ", path._entries)}; ways out: screens of {ui}; bytes between {(relays.Length > 0 ? relays : "nobody")}";
    }

    /// <summary>What a person sees and touches is ui's and all that it has, and nobody else has a device that could reach ui's memory.</summary>
    private void Devices(string ui)
    {
        foreach (string name in board.Display?.Devices ?? [])
        {
            string? owner = _map.Devices.FirstOrDefault(device => device.Name == name)?.Owner;
            facts.Require(Rule, owner == ui, () => $"{name} is {(owner is null ? "nobody's" : $"{owner}'s")}, not {ui}'s");
        }

        foreach (PlacedDevice device in _map.Devices)
        {
            bool isPersons = board.Display?.Devices.Contains(device.Name) == true;
            facts.Require(Rule, device.Owner != ui || isPersons, () => $"{ui} has {device.Name}, which nobody sees or touches");
            facts.Require(Rule, !_entries.Contains(device.Owner), () => $"{device.Owner}, which takes secrets, has {device.Name}");
            facts.Require(Rule, !device.Dma || device.Streams is not null || isPersons, () => $"{device.Owner} has {device.Name}, whose DMA nothing confines");
        }
    }

    /// <summary>Nobody shares memory with ui or an entry but a screen's client and whom a channel leads to.</summary>
    private void Memory(string ui)
    {
        foreach (PlacedArea area in _map.Areas.Where(area => area.Sharer is not null && (IsTrusted(ui, area.Owner) || IsTrusted(ui, area.Sharer))))
        {
            bool isScreen = area.Purpose == Ownership.Screen && area.Sharer == ui && _map.Screens.Any(screen => screen.Address == area.Address && screen.Client == area.Owner);
            facts.Require(Rule, isScreen || _map.Channels.Any(channel => channel.Address == area.Address && channel.Size == area.Size),
                () => $"{area.Owner} shares its {area.Purpose} with {area.Sharer}");
        }
    }

    /// <summary>A channel of ui or of an entry is a screen's, or the one line by which an entry's bytes are carried.</summary>
    private void Channel(string ui, PlacedChannel channel)
    {
        foreach ((string end, string other) in ((string, string)[])[(channel.First, channel.Second), (channel.Second, channel.First)])
        {
            if (!IsTrusted(ui, end))
                continue;
            bool isScreen = channel.Name == ManifestCheck.ScreenChannel && (other == ui || end == ui)
                && _map.Screens.Any(screen => HolderOf(screen.Client) == (end == ui ? other : end));
            bool isRelay = end != ui && channel.Kind == ChannelKind.Serial && _map.Partitions.Any(partition => partition.Name == other && partition.Kind == PartitionKind.Monitor);
            facts.Require(Rule, isScreen || isRelay, () => $"the channel \"{channel.Name}\" leads from {end} to {other}");
        }
    }

    /// <summary>An entry can prove who it is, has one way to the bank, and a name that no other screen has.</summary>
    private void Entry(string entry)
    {
        foreach (string purpose in (string[])[IdentityCheck.Identity, IdentityCheck.Anchors])
        {
            facts.Require(Rule, _map.Areas.Any(area => area.Owner == entry && area.Purpose == purpose), () => $"{entry} has no {purpose}");
        }

        PlacedChannel[] relays = [.. _map.Channels.Where(channel => channel.Kind == ChannelKind.Serial && (channel.First == entry || channel.Second == entry))];
        facts.Require(Rule, relays.Length <= 1, () => $"{entry} has {relays.Length} lines to others: {string.Join(", ", relays.Select(channel => channel.Name))}");
        string title = _map.Screens.First(screen => screen.Client == entry).Title;
        PlacedScreen? alike = _map.Screens.FirstOrDefault(screen => screen.Client != entry && Skeleton(screen.Title) == Skeleton(title));
        facts.Require(Rule, alike is null, () => $"the strip says \"{title}\" of {entry} and \"{alike!.Title}\" of {alike.Client}");
    }

    private bool IsTrusted(string ui, string partition) => partition == ui || _entries.Contains(partition);

    /// <summary>Who has the channels of a partition: a guest's monitor.</summary>
    private string HolderOf(string client) => _map.Partitions.First(partition => partition.Name == client).Monitor ?? client;

    /// <summary>What is left of words for somebody who looks but briefly: letters and digits, whatever their case.</summary>
    private static string Skeleton(string title) => string.Concat(title.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
