using Redoubt.Handset.Screen;

namespace Redoubt.Handset.Apps;

/// <summary>What the phone shows.</summary>
public abstract class App
{
    /// <summary>What is shown instead, once somebody has touched something that leads there; null to stay.</summary>
    public App? Next { get; protected set; }

    /// <summary>Whether it has to be drawn anew though nobody touched anything.</summary>
    public virtual bool IsStale => false;

    /// <summary>Draws it.</summary>
    public abstract void Draw(Page page);
}
