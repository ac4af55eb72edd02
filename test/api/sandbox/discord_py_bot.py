"""A bot in discord.py, pointed at the sandbox named by its first argument. Prints one JSON line for all it hears."""

import io
import json
import sys

import discord
import yarl
from discord import app_commands

url, token = sys.argv[1:3]

# discord.py has no option for another Discord; these are where it keeps its addresses.
discord.http.Route.BASE = f"{url}/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{url}/gateway".replace("http", "ws", 1))
discord.asset.Asset.BASE = f"{url}/cdn"

client = discord.Client(intents=discord.Intents(guilds=True, guild_messages=True))
tree = app_commands.CommandTree(client)


def tell(event, **details):
    print(json.dumps({"event": event, **details}), flush=True)


@tree.command(name="ping", description="Answers")
@app_commands.default_permissions(manage_guild=True)
async def ping(interaction: discord.Interaction):
    await interaction.response.send_message("pong")


@client.event
async def on_ready():
    await tree.sync()
    tell("ready", guilds=[str(guild.id) for guild in client.guilds])


@client.event
async def on_guild_join(guild):
    tell("joined", id=str(guild.id))


@client.event
async def on_guild_remove(guild):
    tell("left", id=str(guild.id))


@client.event
async def on_resumed():
    tell("resumed")


@client.event
async def on_message(message):
    if message.author == client.user:
        return
    found = await message.guild.query_members(user_ids=[message.author.id, client.user.id])
    await message.reply("hello back", file=discord.File(io.BytesIO(b"a file"), "note.txt"))
    tell("heard", content=message.content, members=len(found))


client.run(token, log_handler=None)
