import "../styles";
import { mount } from "svelte";
import Console from "./Console.svelte";

const checkpoint = new URLSearchParams(location.search).get("checkpoint") ?? "";
const target = document.getElementById("page");
if (target) mount(Console, { target, props: { checkpoint } });
